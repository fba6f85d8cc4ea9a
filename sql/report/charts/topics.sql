-- What is written about?
-- Grain: one topic of one article, without the topics of nearly all articles.
select
    article_topics.article_id,
    article_topics.topic,
from article_topics
inner join articles on article_topics.article_id = articles.article_id
inner join topic_summary on article_topics.topic = topic_summary.topic
where not topic_summary.is_universal
order by articles.published_date, article_topics.article_id, article_topics.topic
