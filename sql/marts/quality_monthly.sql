-- How did the quality and heat of articles develop month by month?
-- Grain: one month, without gaps from the first month of the archive to the last.
with recursive monthly_articles as (
    select
        cast(date_trunc('month', published_at) as date) as month,
        count(*) as article_count,
        count(quality) as rated_article_count,
        avg(quality) as avg_quality,
        quantile_cont(quality, 0.5) as median_quality,
        quantile_cont(quality, 0.1) as p10_quality,
        quantile_cont(quality, 0.9) as p90_quality,
        avg(heat) as avg_heat,
        count(heat) as measured_article_count,
    from articles
    group by cast(date_trunc('month', published_at) as date)
),

archive_span as (
    select
        extract(year from min(month)) * 12 + extract(month from min(month)) - 1 as first_index,
        extract(year from max(month)) * 12 + extract(month from max(month)) - 1 as last_index,
    from monthly_articles
),

-- The numbers from 1 to the months of the archive; doubling keeps the recursion shallow.
month_numbers as (
    select 1 as n,
    from archive_span
    where last_index >= first_index
    union all
    select month_numbers.n * 2 + bits.bit as n,
    from month_numbers
    cross join (values (0), (1)) as bits (bit)
    cross join archive_span
    where
        month_numbers.n * 2 + bits.bit
        <= archive_span.last_index - archive_span.first_index + 1
),

calendar as (
    select
        make_date(
            cast((archive_span.first_index + month_numbers.n - 1) // 12 as integer),
            cast((archive_span.first_index + month_numbers.n - 1) % 12 + 1 as integer),
            1
        ) as month,
    from month_numbers
    cross join archive_span
)

select
    calendar.month,
    cast(coalesce(monthly_articles.article_count, 0) as bigint) as article_count,
    cast(coalesce(monthly_articles.rated_article_count, 0) as bigint) as rated_article_count,
    cast(monthly_articles.avg_quality as double) as avg_quality,
    cast(monthly_articles.median_quality as double) as median_quality,
    cast(monthly_articles.p10_quality as double) as p10_quality,
    cast(monthly_articles.p90_quality as double) as p90_quality,
    cast(monthly_articles.avg_heat as double) as avg_heat,
    cast(coalesce(monthly_articles.measured_article_count, 0) as bigint)
        as measured_article_count,
    coalesce(monthly_articles.rated_article_count, 0) < 30 as is_small_group,
from calendar
left join monthly_articles on calendar.month = monthly_articles.month
order by calendar.month
