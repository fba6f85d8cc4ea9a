-- How many articles, of how many outlets, does the archive hold for each day?
-- Grain: one day, without gaps from the first day of the archive to the last.
select
    coverage_days.date,
    cast(coverage_days.article_count as bigint) as article_count,
    cast(coverage_days.provider_count as bigint) as provider_count,
    cast(
        avg(coverage_days.article_count) over (
            order by coverage_days.date rows between 6 preceding and current row
        ) as double
    ) as moving_average_7,
    break_months.month is not null as is_break,
from coverage_days
left join break_months
    on cast(date_trunc('month', coverage_days.date) as date) = break_months.month
order by coverage_days.date
