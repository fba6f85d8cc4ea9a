-- How many articles are there over time?
-- Grain: one period, without gaps: a day where the archive spans less than 120 days, a month where
-- it spans less than 20 years, else a year.
with span as (
    select date_diff('day', min(date), max(date)) as day_count,
    from daily_coverage
),

periods as (
    select
        case
            when span.day_count < 120 then daily_coverage.date
            when span.day_count < 7305 then date_trunc('month', daily_coverage.date)
            else date_trunc('year', daily_coverage.date)
        end as period,
        case
            when span.day_count < 120 then 'day'
            when span.day_count < 7305 then 'month'
            else 'year'
        end as grain,
        daily_coverage.article_count,
        daily_coverage.is_break,
    from daily_coverage
    cross join span
)

select
    cast(period as date) as period,
    grain,
    cast(sum(article_count) as bigint) as article_count,
    max(case when is_break then 1 else 0 end) = 1 as is_break,
from periods
group by period, grain
order by period
