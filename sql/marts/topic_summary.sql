-- How big and how good is each topic, when did it peak, and how few outlets carry it?
-- Grain: one topic.
with archive_total as (
    select count(*) as article_count,
    from articles
),

topic_measures as (
    select
        article_topics.topic,
        count(*) as article_count,
        count(articles.quality) as rated_article_count,
        avg(articles.quality) as avg_quality,
        quantile_cont(articles.quality, 0.5) as median_quality,
        avg(articles.heat) as avg_heat,
        count(articles.heat) as measured_article_count,
        min(articles.published_at) as first_published_at,
        max(articles.published_at) as last_published_at,
    from article_topics
    inner join articles on article_topics.article_id = articles.article_id
    group by article_topics.topic
),

-- Months of the calendar, and how far above an even spread chance alone brings one of them.
calendar as (
    select
        count(*) as month_count,
        sqrt(2 * ln(20 * nullif(count(*), 0))) as threshold,
    from quality_monthly
),

topic_months as (
    select
        article_topics.topic,
        cast(date_trunc('month', articles.published_date) as date) as month,
        count(*) as article_count,
    from article_topics
    inner join articles on article_topics.article_id = articles.article_id
    group by article_topics.topic, cast(date_trunc('month', articles.published_date) as date)
),

ranked_months as (
    select
        topic,
        month,
        article_count,
        row_number() over (
            partition by topic order by article_count desc, month asc
        ) as month_rank,
    from topic_months
),

-- Twice the root of a count varies by 1 around its mean, whatever the mean.
peaks as (
    select
        ranked_months.topic,
        ranked_months.month,
        topics.article_count >= 30
        and calendar.month_count > 1
        and 2 * sqrt(ranked_months.article_count)
        - 2 * sqrt(cast(topics.article_count as double) / nullif(calendar.month_count, 0))
        >= calendar.threshold as is_supported,
    from ranked_months
    inner join topics on ranked_months.topic = topics.topic
    cross join calendar
    where ranked_months.month_rank = 1
),

ranked_providers as (
    select
        topic,
        provider_domain,
        count(*) over (partition by topic) as provider_count,
        sum(article_count * article_count) over (partition by topic) as squared_count,
        row_number() over (
            partition by topic order by article_count desc, provider_domain asc
        ) as provider_rank,
    from topic_providers
)

select
    topic_measures.topic,
    cast(topic_measures.article_count as bigint) as article_count,
    cast(ranked_providers.provider_count as bigint) as provider_count,
    cast(topic_measures.rated_article_count as bigint) as rated_article_count,
    cast(topic_measures.avg_quality as double) as avg_quality,
    cast(topic_measures.median_quality as double) as median_quality,
    cast(topic_measures.avg_heat as double) as avg_heat,
    cast(topic_measures.measured_article_count as bigint) as measured_article_count,
    cast(topic_measures.article_count as double) / archive_total.article_count as article_share,
    topic_measures.article_count * 10 >= archive_total.article_count * 9 as is_universal,
    topic_measures.first_published_at,
    topic_measures.last_published_at,
    case when peaks.is_supported then peaks.month end as peak_month,
    peaks.is_supported as is_peak_supported,
    case
        when peaks.is_supported then break_months.month is not null
    end as peak_month_is_break,
    ranked_providers.provider_domain as top_provider,
    cast(ranked_providers.squared_count as double)
    / cast(topic_measures.article_count * topic_measures.article_count as double)
        as provider_concentration,
    topic_measures.rated_article_count < 30 as is_small_group,
from topic_measures
cross join archive_total
inner join peaks on topic_measures.topic = peaks.topic
left join break_months on peaks.month = break_months.month
inner join ranked_providers
    on topic_measures.topic = ranked_providers.topic and ranked_providers.provider_rank = 1
order by topic_measures.topic
