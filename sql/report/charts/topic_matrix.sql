-- Which topics go together?
-- Grain: one pair of topics of one article, of the twelve largest, without those of nearly all
-- articles; each pair stands both ways.
with ranked as (
    select
        topic,
        row_number() over (order by article_count desc, topic asc) as place,
    from topic_summary
    where not is_universal
),

large_topics as (
    select
        article_topics.article_id,
        article_topics.topic,
    from article_topics
    inner join ranked on article_topics.topic = ranked.topic
    where ranked.place <= 12
)

select
    large_topics.article_id,
    large_topics.topic,
    other_topics.topic as other_topic,
from large_topics
inner join large_topics as other_topics on large_topics.article_id = other_topics.article_id
inner join articles on large_topics.article_id = articles.article_id
where large_topics.topic <> other_topics.topic
order by
    articles.published_date, large_topics.article_id, large_topics.topic, other_topics.topic
