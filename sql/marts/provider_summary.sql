-- What does each outlet or platform contribute, how good is it, and how often is it listed?
-- Grain: one provider domain. Articles and mentions stand in separate columns, never added.
with archive_total as (
    select
        count(*) as article_count,
        count(type) as typed_article_count,
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
        avg(case when image_count > 0 then 1 when image_count = 0 then 0 end) as image_rate,
        avg(case when has_amp then 1 when not has_amp then 0 end) as amp_rate,
        avg(case when type = 'video' then 1 else 0 end) as video_rate,
        avg(cast(is_published as integer)) as published_rate,
        count(is_published) as known_published_count,
    from articles
    group by provider_domain
),

-- Grouping twice costs far less memory than count(distinct) over millions of mentions.
listed_items as (
    select
        provider_domain,
        canonical_url,
    from related_items
    where provider_domain is not null and canonical_url is not null
    group by provider_domain, canonical_url
),

listed_item_counts as (
    select
        provider_domain,
        count(*) as distinct_item_count,
    from listed_items
    group by provider_domain
),

-- Each article has one domain, so that no listing article is counted twice.
listing_article_counts as (
    select
        to_domain as provider_domain,
        sum(listing_article_count) as listing_article_count,
    from provider_links
    group by to_domain
),

duplicate_counts as (
    select
        articles.provider_domain,
        count(*) as duplicate_article_count,
    from duplicate_articles
    inner join articles on duplicate_articles.article_id = articles.article_id
    group by articles.provider_domain
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
    cast(coalesce(listed_item_counts.distinct_item_count, 0) as bigint)
        as distinct_item_count,
    cast(coalesce(listing_article_counts.listing_article_count, 0) as bigint)
        as listing_article_count,
    cast(coalesce(duplicate_counts.duplicate_article_count, 0) as bigint)
        as duplicate_article_count,
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
    case
        when archive_total.typed_article_count > 0
            then cast(article_measures.video_rate as double)
    end as video_rate,
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
left join listed_item_counts on providers.provider_domain = listed_item_counts.provider_domain
left join listing_article_counts
    on providers.provider_domain = listing_article_counts.provider_domain
left join duplicate_counts on providers.provider_domain = duplicate_counts.provider_domain
left join ranked_topics
    on providers.provider_domain = ranked_topics.provider_domain and ranked_topics.topic_rank = 1
order by providers.provider_domain
