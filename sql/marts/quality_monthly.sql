-- How did the quality and heat of articles develop month by month?
-- Grain: one month of the calendar of daily_coverage, without gaps.
with calendar as (
    select cast(date_trunc('month', date) as date) as month,
    from daily_coverage
    group by cast(date_trunc('month', date) as date)
),

monthly_articles as (
    select
        cast(date_trunc('month', articles.published_date) as date) as month,
        count(*) as article_count,
        count(articles.quality) as rated_article_count,
        avg(articles.quality) as avg_quality,
        quantile_cont(articles.quality, 0.5) as median_quality,
        quantile_cont(articles.quality, 0.1) as p10_quality,
        quantile_cont(articles.quality, 0.9) as p90_quality,
        avg(articles.heat) as avg_heat,
        count(articles.heat) as measured_article_count,
    from articles
    inner join daily_coverage on articles.published_date = daily_coverage.date
    group by cast(date_trunc('month', articles.published_date) as date)
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
    break_months.month is not null as is_break,
from calendar
left join monthly_articles on calendar.month = monthly_articles.month
left join break_months on calendar.month = break_months.month
order by calendar.month
