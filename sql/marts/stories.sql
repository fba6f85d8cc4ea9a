-- What was told by several articles, by whom first, and for how long?
-- Grain: one story; every article is in exactly one.
with story_members as (
    select
        story_articles.story_id,
        story_articles.lag_hours,
        normalized_articles.provider_domain,
        normalized_articles.published_at,
        normalized_articles.canonical_title,
    from story_articles
    inner join normalized_articles on story_articles.article_id = normalized_articles.article_id
),

story_titles as (
    select
        story_id,
        count(*) as article_count,
    from story_members
    group by story_id, canonical_title
    having min(provider_domain) <> max(provider_domain)
),

syndicated_counts as (
    select
        story_id,
        sum(article_count) as syndicated_count,
    from story_titles
    group by story_id
),

story_measures as (
    select
        story_id,
        count(*) as article_count,
        count(distinct provider_domain) as provider_count,
        min(published_at) as first_published_at,
        max(published_at) as last_published_at,
        max(lag_hours) as span_hours,
        min(provider_domain) filter (where lag_hours = 0)
        <> max(provider_domain) filter (where lag_hours = 0) as is_lead_tied,
    from story_members
    group by story_id
),

story_topics as (
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
    from story_topics
)

select
    story_measures.story_id,
    cast(story_measures.article_count as bigint) as article_count,
    cast(story_measures.provider_count as bigint) as provider_count,
    story_measures.first_published_at,
    story_measures.last_published_at,
    story_measures.span_hours,
    leads.article_id as lead_article_id,
    leads.title as lead_title,
    leads.provider_domain as lead_provider,
    story_measures.is_lead_tied,
    ranked_topics.topic as top_topic,
    cast(coalesce(syndicated_counts.syndicated_count, 0) as double)
    / story_measures.article_count as syndicated_share,
from story_measures
inner join articles as leads on story_measures.story_id = leads.article_id
left join syndicated_counts on story_measures.story_id = syndicated_counts.story_id
left join ranked_topics
    on story_measures.story_id = ranked_topics.story_id and ranked_topics.topic_rank = 1
order by story_measures.story_id
