-- What does each outlet or platform contribute, how good is it, and how often is it cited?
-- Grain: one provider domain. Articles and mentions stand in separate columns, never added.
with archive_total as (
    select count(*) as article_count,
    from articles
),

article_measures as (
    select
        provider_domain,
        count(quality) as rated_article_count,
        avg(quality) as avg_quality,
        quantile_cont(quality, 0.5) as median_quality,
        quantile_cont(quality, 0.1) as p10_quality,
        quantile_cont(quality, 0.9) as p90_quality,
        avg(heat) as avg_heat,
        count(heat) as measured_article_count,
        avg(case when image_count > 0 then 1 else 0 end) as image_rate,
        avg(case when has_amp then 1 else 0 end) as amp_rate,
        avg(case when type = 'video' then 1 else 0 end) as video_rate,
        avg(cast(is_published as integer)) as published_rate,
        count(is_published) as known_published_count,
    from articles
    group by provider_domain
),

-- Grouping twice costs far less memory than count(distinct) over millions of mentions.
cited_items as (
    select
        provider_domain,
        canonical_url,
    from related_items
    where provider_domain is not null and canonical_url is not null
    group by provider_domain, canonical_url
),

cited_item_counts as (
    select
        provider_domain,
        count(*) as distinct_related_count,
    from cited_items
    group by provider_domain
),

-- Each article has one domain, so that no citing article is counted twice.
citing_article_counts as (
    select
        to_domain as provider_domain,
        sum(citing_article_count) as citing_article_count,
    from provider_links
    group by to_domain
),

ranked_topics as (
    select
        provider_domain,
        topic,
        count(*) over (partition by provider_domain) as topic_count,
        row_number() over (
            partition by provider_domain order by article_count desc, topic asc
        ) as topic_rank,
    from topic_providers
),

ranked_providers as (
    select
        provider_domain,
        row_number() over (order by article_count desc, provider_domain asc) as article_rank,
        count(*) over (partition by article_count) as peer_count,
    from providers
)

select
    providers.provider_domain,
    providers.provider_name,
    providers.article_count,
    providers.mention_count,
    cast(coalesce(cited_item_counts.distinct_related_count, 0) as bigint)
        as distinct_related_count,
    cast(coalesce(citing_article_counts.citing_article_count, 0) as bigint)
        as citing_article_count,
    cast(article_measures.avg_quality as double) as avg_quality,
    cast(article_measures.median_quality as double) as median_quality,
    cast(article_measures.p10_quality as double) as p10_quality,
    cast(article_measures.p90_quality as double) as p90_quality,
    cast(article_measures.avg_heat as double) as avg_heat,
    cast(coalesce(article_measures.rated_article_count, 0) as bigint) as rated_article_count,
    cast(coalesce(article_measures.measured_article_count, 0) as bigint)
        as measured_article_count,
    cast(article_measures.image_rate as double) as image_rate,
    cast(article_measures.amp_rate as double) as amp_rate,
    cast(article_measures.video_rate as double) as video_rate,
    cast(article_measures.published_rate as double) as published_rate,
    cast(coalesce(article_measures.known_published_count, 0) as bigint)
        as known_published_count,
    cast(coalesce(ranked_topics.topic_count, 0) as bigint) as topic_count,
    ranked_topics.topic as top_topic,
    providers.first_published_at,
    providers.last_published_at,
    cast(providers.article_count as double)
    / nullif(archive_total.article_count, 0) as article_share,
    cast(ranked_providers.article_rank as bigint) as article_rank,
    ranked_providers.peer_count > 1 as is_rank_tied,
    coalesce(article_measures.rated_article_count, 0) < 30 as is_small_group,
from providers
inner join ranked_providers on providers.provider_domain = ranked_providers.provider_domain
cross join archive_total
left join article_measures on providers.provider_domain = article_measures.provider_domain
left join cited_item_counts on providers.provider_domain = cited_item_counts.provider_domain
left join citing_article_counts
    on providers.provider_domain = citing_article_counts.provider_domain
left join ranked_topics
    on providers.provider_domain = ranked_topics.provider_domain and ranked_topics.topic_rank = 1
order by providers.provider_domain
