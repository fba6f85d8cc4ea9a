-- In which months does the make-up of the archive change abruptly?
-- Grain: one month in which at least one series breaks.
select month,
from series_breaks
where is_break
group by month
