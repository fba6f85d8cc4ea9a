-- When was the archive silent for longest?
-- Grain: one unbroken run of days without an article, the ten longest. Days of a run keep the same
-- number of days with articles before them.
with counted_days as (
    select
        date,
        article_count,
        count(*) filter (where article_count > 0) over (
            order by date rows between unbounded preceding and current row
        ) as busy_days_before,
    from daily_coverage
)

select
    min(date) as first_silent_date,
    max(date) as last_silent_date,
    cast(count(*) as bigint) as day_count,
from counted_days
where article_count = 0
group by busy_days_before
order by day_count desc, first_silent_date asc
limit 10
