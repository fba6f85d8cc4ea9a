-- Which happenings were reported, by how many, for how long, and by whom first, if that is known?
-- Grain: one story; every article is in exactly one.
with story_members as (
    select
        story_articles.story_id,
        story_articles.article_id,
        story_articles.position,
        story_articles.lag_hours,
        articles.provider_domain,
        articles.published_at,
        articles.published_date,
        articles.published_precision = 'time' as has_time,
    from story_articles
    inner join articles on story_articles.article_id = articles.article_id
),

story_measures as (
    select
        story_id,
        count(*) as article_count,
        count(distinct provider_domain) as provider_count,
        min(published_at) as first_published_at,
        max(published_at) as last_published_at,
        max(lag_hours) as span_hours,
        min(published_date) filter (where not has_time) as first_timeless_date,
        min(position) filter (where has_time) as first_timed_position,
    from story_members
    group by story_id
),

first_seconds as (
    select
        story_measures.story_id,
        min(story_members.provider_domain) <> max(story_members.provider_domain) as is_lead_tied,
    from story_measures
    inner join story_members as first_articles
        on
            story_measures.story_id = first_articles.story_id
            and story_measures.first_timed_position = first_articles.position
    inner join story_members
        on
            first_articles.story_id = story_members.story_id
            and first_articles.published_at = story_members.published_at
            and story_members.has_time
    group by story_measures.story_id
),

-- An article without a time of day may be earlier than any other of its day.
leads as (
    select
        story_measures.story_id,
        story_members.article_id,
    from story_measures
    inner join story_members on story_measures.story_id = story_members.story_id
    left join first_seconds on story_measures.story_id = first_seconds.story_id
    where
        story_measures.article_count = 1
        or (
            story_members.position = story_measures.first_timed_position
            and not first_seconds.is_lead_tied
            and coalesce(
                story_members.published_date < story_measures.first_timeless_date, true
            )
        )
),

carried_copies as (
    select
        story_members.story_id,
        copy_articles.copy_id,
    from story_members
    inner join copy_articles on story_members.article_id = copy_articles.article_id
    group by story_members.story_id, copy_articles.copy_id
    having min(story_members.provider_domain) <> max(story_members.provider_domain)
),

-- An article may be a copy of one text and the source of another; it counts once.
copy_counts as (
    select
        carried_copies.story_id,
        count(distinct story_members.article_id) as article_count,
    from carried_copies
    inner join copy_articles on carried_copies.copy_id = copy_articles.copy_id
    inner join story_members
        on
            carried_copies.story_id = story_members.story_id
            and copy_articles.article_id = story_members.article_id
    group by carried_copies.story_id
),

topic_counts as (
    select
        story_articles.story_id,
        article_topics.topic,
        count(*) as article_count,
    from story_articles
    inner join article_topics on story_articles.article_id = article_topics.article_id
    group by story_articles.story_id, article_topics.topic
),

ranked_topics as (
    select
        story_id,
        topic,
        row_number() over (
            partition by story_id order by article_count desc, topic asc
        ) as topic_rank,
    from topic_counts
),

cluster_counts as (
    select
        story_articles.story_id,
        cluster_articles.cluster_id,
        count(*) as article_count,
    from story_articles
    inner join cluster_articles on story_articles.article_id = cluster_articles.article_id
    group by story_articles.story_id, cluster_articles.cluster_id
),

ranked_clusters as (
    select
        story_id,
        cluster_id,
        row_number() over (
            partition by story_id order by article_count desc, cluster_id asc
        ) as cluster_rank,
    from cluster_counts
)

select
    story_measures.story_id,
    first_articles.title,
    cast(story_measures.article_count as bigint) as article_count,
    cast(story_measures.provider_count as bigint) as provider_count,
    story_measures.first_published_at,
    story_measures.last_published_at,
    story_measures.span_hours,
    leads.article_id as lead_article_id,
    lead_articles.title as lead_title,
    lead_articles.provider_domain as lead_provider,
    coalesce(first_seconds.is_lead_tied, false) as is_lead_tied,
    ranked_topics.topic as top_topic,
    ranked_clusters.cluster_id,
    cast(coalesce(copy_counts.article_count, 0) as double)
    / story_measures.article_count as syndicated_share,
from story_measures
inner join articles as first_articles on story_measures.story_id = first_articles.article_id
left join first_seconds on story_measures.story_id = first_seconds.story_id
left join leads on story_measures.story_id = leads.story_id
left join articles as lead_articles on leads.article_id = lead_articles.article_id
left join copy_counts on story_measures.story_id = copy_counts.story_id
left join ranked_topics
    on story_measures.story_id = ranked_topics.story_id and ranked_topics.topic_rank = 1
left join ranked_clusters
    on story_measures.story_id = ranked_clusters.story_id and ranked_clusters.cluster_rank = 1
order by story_measures.story_id
