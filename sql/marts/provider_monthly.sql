-- How much did each outlet publish month by month, how good was it, and what share of the month?
-- Grain: one provider domain and one month, without gaps from its first month to its last.
with recursive monthly_articles as (
    select
        provider_domain,
        cast(date_trunc('month', published_at) as date) as month,
        count(*) as article_count,
        count(quality) as rated_article_count,
        avg(quality) as avg_quality,
    from articles
    group by provider_domain, cast(date_trunc('month', published_at) as date)
),

provider_spans as (
    select
        provider_domain,
        min(month) as first_month,
        max(month) as last_month,
    from monthly_articles
    group by provider_domain
),

month_totals as (
    select
        month,
        sum(article_count) as article_count,
    from monthly_articles
    group by month
),

archive_span as (
    select
        extract(year from min(month)) * 12 + extract(month from min(month)) - 1 as first_index,
        extract(year from max(month)) * 12 + extract(month from max(month)) - 1 as last_index,
    from month_totals
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
    provider_spans.provider_domain,
    calendar.month,
    cast(coalesce(monthly_articles.article_count, 0) as bigint) as article_count,
    cast(coalesce(monthly_articles.rated_article_count, 0) as bigint) as rated_article_count,
    cast(monthly_articles.avg_quality as double) as avg_quality,
    cast(coalesce(monthly_articles.article_count, 0) as double)
    / month_totals.article_count as article_share,
    coalesce(monthly_articles.rated_article_count, 0) < 30 as is_small_group,
from provider_spans
inner join calendar
    on calendar.month between provider_spans.first_month and provider_spans.last_month
left join month_totals on calendar.month = month_totals.month
left join monthly_articles
    on
        provider_spans.provider_domain = monthly_articles.provider_domain
        and calendar.month = monthly_articles.month
order by provider_spans.provider_domain, calendar.month
