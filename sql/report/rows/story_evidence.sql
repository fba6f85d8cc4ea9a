-- What joins each article of a story to another of it?
-- Grain: one article.
select
    article_id,
    evidence,
from story_articles
where evidence is not null
