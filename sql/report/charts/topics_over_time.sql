-- When was each topic covered?
-- Grain: one article of one of the twelve largest topics, without those of nearly all articles, in
-- its month.
with ranked as (
    select
        topic,
        row_number() over (order by article_count desc, topic asc) as place,
    from topic_summary
    where not is_universal
)

select
    article_topics.article_id,
    article_topics.topic,
    cast(date_trunc('month', articles.published_date) as date) as period,
    cast(
        date_trunc('month', articles.published_date) + interval 1 month - interval 1 day as date
    ) as last_day,
from article_topics
inner join ranked on article_topics.topic = ranked.topic
inner join articles on article_topics.article_id = articles.article_id
where ranked.place <= 12
order by articles.published_date, article_topics.article_id, article_topics.topic
