-- Which topics do the articles have?
-- Grain: one topic of one article.
select
    article_topics.article_id,
    article_topics.topic,
from article_topics
inner join articles on article_topics.article_id = articles.article_id
order by articles.published_date, article_topics.article_id, article_topics.topic
