-- What does each publisher on a platform contribute, how good is it, and how often is it listed?
-- Grain: one domain and one provider name; records without a name stand under their domain's.
-- Articles and mentions stand in separate columns, never added.
with archive_total as (
    select
        count(*) as article_count,
        count(type) as typed_article_count,
    from articles
),

publisher_articles as (
    select
        article_id,
        provider_domain,
        coalesce(provider_name, provider_domain) as provider_name,
        quality,
        heat,
        image_count,
        has_amp,
        type,
        is_published,
        published_at,
    from articles
),

article_measures as (
    select
        provider_domain,
        provider_name,
        count(*) as article_count,
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
        min(published_at) as first_published_at,
        max(published_at) as last_published_at,
    from publisher_articles
    group by provider_domain, provider_name
),

-- Grouping twice costs far less memory than count(distinct) over millions of mentions.
listed_items as (
    select
        provider_domain,
        coalesce(provider_name, provider_domain) as provider_name,
        canonical_url,
        count(*) as mention_count,
    from related_items
    where provider_domain is not null
    group by provider_domain, coalesce(provider_name, provider_domain), canonical_url
),

listed_item_counts as (
    select
        provider_domain,
        provider_name,
        cast(row_number() over (order by provider_domain, provider_name) as integer)
            as publisher_n,
        sum(mention_count) as mention_count,
        count(canonical_url) as distinct_item_count,
    from listed_items
    group by provider_domain, provider_name
),

-- Millions of listing articles are told apart by number, which takes a fraction of the memory.
numbered_articles as (
    select
        article_id,
        cast(row_number() over (order by min(published_at)) as integer) as article_n,
    from related_items
    group by article_id
),

listing_articles as (
    select
        listed_item_counts.publisher_n,
        numbered_articles.article_n,
    from related_items
    inner join numbered_articles on related_items.article_id = numbered_articles.article_id
    inner join listed_item_counts
        on
            related_items.provider_domain = listed_item_counts.provider_domain
            and coalesce(related_items.provider_name, related_items.provider_domain)
            = listed_item_counts.provider_name
    group by listed_item_counts.publisher_n, numbered_articles.article_n
),

listing_article_counts as (
    select
        publisher_n,
        count(*) as listing_article_count,
    from listing_articles
    group by publisher_n
),

publisher_topics as (
    select
        publisher_articles.provider_domain,
        publisher_articles.provider_name,
        article_topics.topic,
        count(*) as article_count,
    from publisher_articles
    inner join article_topics on publisher_articles.article_id = article_topics.article_id
    group by
        publisher_articles.provider_domain,
        publisher_articles.provider_name,
        article_topics.topic
),

ranked_topics as (
    select
        provider_domain,
        provider_name,
        topic,
        count(*) over (partition by provider_domain, provider_name) as topic_count,
        row_number() over (
            partition by provider_domain, provider_name order by article_count desc, topic asc
        ) as topic_rank,
    from publisher_topics
),

-- Every listing row comes from a mention, so articles and listed items name all publishers.
publishers as (
    select
        provider_domain,
        provider_name,
        article_count,
    from article_measures
    union all
    select
        listed_item_counts.provider_domain,
        listed_item_counts.provider_name,
        0 as article_count,
    from listed_item_counts
    left join article_measures
        on
            listed_item_counts.provider_domain = article_measures.provider_domain
            and listed_item_counts.provider_name = article_measures.provider_name
    where article_measures.provider_domain is null
),

ranked_publishers as (
    select
        provider_domain,
        provider_name,
        article_count,
        sum(article_count) over (partition by provider_domain) as domain_article_count,
        count(*) over (partition by provider_domain) as publisher_count,
        row_number() over (
            order by article_count desc, provider_domain asc, provider_name asc
        ) as article_rank,
        count(*) over (partition by article_count) as peer_count,
    from publishers
)

select
    ranked_publishers.provider_domain,
    ranked_publishers.provider_name,
    cast(ranked_publishers.publisher_count as bigint) as publisher_count,
    cast(ranked_publishers.article_count as bigint) as article_count,
    cast(coalesce(listed_item_counts.mention_count, 0) as bigint) as mention_count,
    cast(coalesce(listed_item_counts.distinct_item_count, 0) as bigint)
        as distinct_item_count,
    cast(coalesce(listing_article_counts.listing_article_count, 0) as bigint)
        as listing_article_count,
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
    article_measures.first_published_at,
    article_measures.last_published_at,
    cast(ranked_publishers.article_count as double)
    / nullif(archive_total.article_count, 0) as article_share,
    cast(ranked_publishers.article_count as double)
    / nullif(cast(ranked_publishers.domain_article_count as double), 0) as domain_article_share,
    cast(ranked_publishers.article_rank as bigint) as article_rank,
    ranked_publishers.peer_count > 1 as is_rank_tied,
    coalesce(story_firsts.story_count, 0) as story_count,
    coalesce(story_firsts.first_count, 0) as first_count,
    coalesce(story_firsts.tied_first_count, 0) as tied_first_count,
    coalesce(story_firsts.expected_first_count, 0) as expected_first_count,
    story_firsts.first_ratio,
    story_firsts.first_ratio_low,
    story_firsts.first_ratio_high,
    story_firsts.p_value,
    coalesce(story_firsts.is_supported, false) as is_supported,
    story_firsts.first_rank,
    coalesce(story_firsts.is_rank_tied, false) as is_first_rank_tied,
    story_firsts.median_lag_hours,
    coalesce(article_measures.rated_article_count, 0) < 30 as is_small_group,
from ranked_publishers
cross join archive_total
left join article_measures
    on
        ranked_publishers.provider_domain = article_measures.provider_domain
        and ranked_publishers.provider_name = article_measures.provider_name
left join listed_item_counts
    on
        ranked_publishers.provider_domain = listed_item_counts.provider_domain
        and ranked_publishers.provider_name = listed_item_counts.provider_name
left join listing_article_counts
    on listed_item_counts.publisher_n = listing_article_counts.publisher_n
left join ranked_topics
    on
        ranked_publishers.provider_domain = ranked_topics.provider_domain
        and ranked_publishers.provider_name = ranked_topics.provider_name
        and ranked_topics.topic_rank = 1
left join story_firsts
    on
        story_firsts.level = 'publisher'
        and ranked_publishers.provider_domain = story_firsts.provider_domain
        and ranked_publishers.provider_name = story_firsts.provider_name
order by ranked_publishers.provider_domain, ranked_publishers.provider_name
