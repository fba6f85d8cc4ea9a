-- Which share of the articles has each provider, over time?
-- Grain: one of the twelve providers with most articles and one period, without gaps: a month where
-- the archive spans less than three years, a quarter where less than ten, else a year. `shade` is
-- the share of the period, by the highest that any of them has.
with span as (
    select date_diff('day', min(date), max(date)) as day_count,
    from daily_coverage
),

months as (
    select
        cast(date_trunc('month', daily_coverage.date) as date) as month,
        cast(
            case
                when span.day_count < 1096 then date_trunc('month', daily_coverage.date)
                when span.day_count < 3653 then date_trunc('quarter', daily_coverage.date)
                else date_trunc('year', daily_coverage.date)
            end as date
        ) as period,
        case
            when span.day_count < 1096 then 'month'
            when span.day_count < 3653 then 'quarter'
            else 'year'
        end as grain,
        sum(daily_coverage.article_count) as article_count,
        max(case when daily_coverage.is_break then 1 else 0 end) = 1 as is_break,
    from daily_coverage
    cross join span
    group by month, period, grain
),

voices as (
    select
        provider_summary.provider_domain,
        provider_summary.article_rank,
        months.period,
        months.grain,
        coalesce(sum(provider_monthly.article_count), 0) as article_count,
        sum(months.article_count) as period_article_count,
        max(case when months.is_break then 1 else 0 end) = 1 as is_break,
    from provider_summary
    cross join months
    left join provider_monthly
        on
            provider_summary.provider_domain = provider_monthly.provider_domain
            and months.month = provider_monthly.month
    where provider_summary.article_rank <= 12
    group by
        provider_summary.provider_domain,
        provider_summary.article_rank,
        months.period,
        months.grain
),

shares as (
    select
        provider_domain,
        article_rank,
        period,
        grain,
        article_count,
        cast(article_count as double) / nullif(period_article_count, 0) as article_share,
        is_break,
    from voices
)

select
    provider_domain,
    article_rank,
    period,
    grain,
    cast(article_count as bigint) as article_count,
    article_share,
    coalesce(article_share / nullif(max(article_share) over (), 0), 0) as shade,
    is_break,
from shares
order by article_rank, period
