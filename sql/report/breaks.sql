-- When did the make-up of the archive change abruptly?
-- Grain: one break of a series, the thirty with the highest scores, in the order of time.
with ranked as (
    select
        series,
        month,
        before,
        after,
        score,
        row_number() over (order by abs(score) desc, series asc, month asc) as score_rank,
    from series_breaks
    where is_break
)

select
    series,
    month,
    before,
    after,
    score,
from ranked
where score_rank <= 30
order by month, series
