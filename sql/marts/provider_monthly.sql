-- How much did each outlet publish month by month, how good was it, and what share of the month?
-- Grain: one provider domain and one month, without gaps from its first month to its last on the
-- calendar of daily_coverage. Domains with most articles come first, as long as all their rows are
-- no more than a million and ten for each article of the archive.
with calendar as (
    select
        cast(date_trunc('month', date) as date) as month,
        sum(article_count) as article_count,
    from daily_coverage
    group by cast(date_trunc('month', date) as date)
),

monthly_articles as (
    select
        articles.provider_domain,
        cast(date_trunc('month', articles.published_date) as date) as month,
        count(*) as article_count,
        count(articles.quality) as rated_article_count,
        avg(articles.quality) as avg_quality,
    from articles
    inner join daily_coverage on articles.published_date = daily_coverage.date
    group by articles.provider_domain, cast(date_trunc('month', articles.published_date) as date)
),

provider_spans as (
    select
        provider_domain,
        sum(article_count) as article_count,
        min(month) as first_month,
        max(month) as last_month,
        (extract(year from max(month)) - extract(year from min(month))) * 12
        + extract(month from max(month)) - extract(month from min(month)) + 1 as month_count,
    from monthly_articles
    group by provider_domain
),

reached_rows as (
    select
        provider_domain,
        first_month,
        last_month,
        sum(month_count) over (order by article_count desc, provider_domain asc) as row_count,
        sum(article_count) over () * 10 + 1000000 as most_rows,
    from provider_spans
)

select
    reached_rows.provider_domain,
    calendar.month,
    cast(coalesce(monthly_articles.article_count, 0) as bigint) as article_count,
    cast(coalesce(monthly_articles.rated_article_count, 0) as bigint) as rated_article_count,
    cast(monthly_articles.avg_quality as double) as avg_quality,
    cast(coalesce(monthly_articles.article_count, 0) as double)
    / nullif(calendar.article_count, 0) as article_share,
    coalesce(monthly_articles.rated_article_count, 0) < 30 as is_small_group,
    break_months.month is not null as is_break,
from reached_rows
inner join calendar
    on
        reached_rows.row_count <= reached_rows.most_rows
        and calendar.month between reached_rows.first_month and reached_rows.last_month
left join monthly_articles
    on
        reached_rows.provider_domain = monthly_articles.provider_domain
        and calendar.month = monthly_articles.month
left join break_months on calendar.month = break_months.month
order by reached_rows.provider_domain, calendar.month
