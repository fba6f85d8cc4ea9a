-- Which days does the archive span, and how many articles of how many outlets has each?
-- Grain: one day, without gaps from the first day of the archive to the last. An article more than
-- 150 years (54,787 days) from the day in the middle of all articles is on no calendar: a wrong
-- year in one file must not stretch those of all others.
with daily_articles as (
    select
        published_date,
        count(*) as article_count,
        count(distinct provider_domain) as provider_count,
    from articles
    group by published_date
),

reached_counts as (
    select
        published_date,
        sum(article_count) over (order by published_date) as reached_count,
        sum(article_count) over () as total_count,
    from daily_articles
),

middle_day as (
    select min(published_date) as middle_date,
    from reached_counts
    where reached_count * 2 >= total_count
),

plausible_days as (
    select
        daily_articles.published_date,
        daily_articles.article_count,
        daily_articles.provider_count,
    from daily_articles
    cross join middle_day
    where
        abs(date_diff('day', middle_day.middle_date, daily_articles.published_date)) <= 54787
),

archive_span as (
    select
        min(published_date) as first_date,
        date_diff('day', min(published_date), max(published_date)) as last_number,
    from plausible_days
),

day_numbers as (
    select
        first_date,
        unnest(generate_series(0, last_number)) as n,
    from archive_span
),

calendar as (
    select cast(first_date + cast(n as integer) as date) as date,
    from day_numbers
)

select
    calendar.date,
    coalesce(plausible_days.article_count, 0) as article_count,
    coalesce(plausible_days.provider_count, 0) as provider_count,
from calendar
left join plausible_days on calendar.date = plausible_days.published_date
