-- How many articles, of how many outlets, does the archive hold for each day?
-- Grain: one day, without gaps from the first day of the archive to the last.
with recursive daily_articles as (
    select
        published_date,
        count(*) as article_count,
        count(distinct provider_domain) as provider_count,
    from articles
    group by published_date
),

archive_span as (
    select
        min(published_date) as first_date,
        date_diff('day', min(published_date), max(published_date)) + 1 as day_count,
    from daily_articles
),

-- The numbers from 1 to the days of the archive; doubling keeps the recursion shallow.
day_numbers as (
    select 1 as n,
    from archive_span
    where day_count >= 1
    union all
    select day_numbers.n * 2 + bits.bit as n,
    from day_numbers
    cross join (values (0), (1)) as bits (bit)
    cross join archive_span
    where day_numbers.n * 2 + bits.bit <= archive_span.day_count
),

calendar as (
    select cast(archive_span.first_date + cast(day_numbers.n - 1 as integer) as date) as date,
    from day_numbers
    cross join archive_span
),

calendar_days as (
    select
        calendar.date,
        coalesce(daily_articles.article_count, 0) as article_count,
        coalesce(daily_articles.provider_count, 0) as provider_count,
    from calendar
    left join daily_articles on calendar.date = daily_articles.published_date
)

select
    date,
    cast(article_count as bigint) as article_count,
    cast(provider_count as bigint) as provider_count,
    cast(
        avg(article_count) over (order by date rows between 6 preceding and current row) as double
    ) as moving_average_7,
from calendar_days
order by date
