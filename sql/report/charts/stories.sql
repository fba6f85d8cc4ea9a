-- Which stories are largest?
-- Grain: one article of a story of two or more.
select
    story_articles.article_id,
    stories.story_id,
    left(stories.title, 100) as title,
from story_articles
inner join stories on story_articles.story_id = stories.story_id
inner join articles on story_articles.article_id = articles.article_id
where stories.article_count > 1
order by articles.published_date, story_articles.article_id
