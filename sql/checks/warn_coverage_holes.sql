-- A month and more without an article is more likely a hole in the archive than a quiet time.
-- Consequence: Trends, peaks and moving averages across the hole show the archive, not the news.
-- Cure: Find the files of that time and add them, or leave the time out of comparisons.
with covered_days as (
    select
        date,
        lag(date) over (order by date) as previous_date,
    from daily_coverage
    where article_count > 0
)

select
    'daily_coverage' as relation,
    cast(previous_date as varchar) as key_value,
    'no article in the 30 days and more after this day' as problem,
from covered_days
where date_diff('day', previous_date, date) > 30
order by previous_date
