-- In which months did collection or tagging come nearest to an abrupt change?
-- Grain: one series and month, the five with the highest scores; only those marked are breaks.
select
    series,
    month,
    before,
    after,
    score,
    threshold,
    is_break,
from series_breaks
where score is not null
order by abs(score) desc, series asc, month asc
limit 5
