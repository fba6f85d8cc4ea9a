-- Which articles does the archive itself group by its lists, over any time, and how densely?
-- Grain: one cluster; every article is in exactly one.
with cluster_members as (
    select
        cluster_articles.cluster_id,
        cluster_articles.article_id,
        articles.provider_domain,
        articles.published_at,
        articles.published_date,
        story_articles.story_id,
    from cluster_articles
    inner join articles on cluster_articles.article_id = articles.article_id
    inner join story_articles on cluster_articles.article_id = story_articles.article_id
),

cluster_measures as (
    select
        cluster_id,
        count(*) as article_count,
        count(distinct provider_domain) as provider_count,
        count(distinct story_id) as story_count,
        min(published_at) as first_published_at,
        max(published_at) as last_published_at,
        date_diff('day', min(published_date), max(published_date)) as span_days,
    from cluster_members
    group by cluster_id
),

listings as (
    select
        cluster_articles.cluster_id,
        related_items.article_id as listing_id,
        related_items.related_article_id as listed_id,
    from related_items
    inner join cluster_articles on related_items.article_id = cluster_articles.article_id
    where
        related_items.related_article_id is not null
        and related_items.related_article_id <> related_items.article_id
    group by
        cluster_articles.cluster_id, related_items.article_id, related_items.related_article_id
),

-- A pair has one listing, or two, one in each direction.
listed_pairs as (
    select
        cluster_id,
        least(listing_id, listed_id) as article_a,
        greatest(listing_id, listed_id) as article_b,
        count(*) as direction_count,
    from listings
    group by cluster_id, least(listing_id, listed_id), greatest(listing_id, listed_id)
),

pair_counts as (
    select
        cluster_id,
        count(*) as pair_count,
        count(*) filter (where direction_count = 2) as mutual_pair_count,
    from listed_pairs
    group by cluster_id
)

select
    cluster_measures.cluster_id,
    cast(cluster_measures.article_count as bigint) as article_count,
    cast(cluster_measures.provider_count as bigint) as provider_count,
    cast(cluster_measures.story_count as bigint) as story_count,
    cluster_measures.first_published_at,
    cluster_measures.last_published_at,
    cast(cluster_measures.span_days as bigint) as span_days,
    cast(coalesce(pair_counts.pair_count, 0) as double)
    / nullif(cluster_measures.article_count * (cluster_measures.article_count - 1) / 2, 0)
        as link_density,
    cast(pair_counts.mutual_pair_count as double) / pair_counts.pair_count as reciprocity,
from cluster_measures
left join pair_counts on cluster_measures.cluster_id = pair_counts.cluster_id
order by cluster_measures.cluster_id
