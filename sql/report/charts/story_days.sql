-- How did the largest stories unfold?
-- Grain: one article of a story of two or more; the 3,000 largest are told by their titles.
with ranked as (
    select
        story_id,
        title,
        row_number() over (order by article_count desc, story_id asc) as place,
    from stories
    where article_count > 1
)

select
    story_articles.article_id,
    ranked.story_id,
    articles.published_date,
    case
        when ranked.place <= 3000 then left(ranked.title, 100) else 'one of the smaller stories'
    end as title,
from story_articles
inner join ranked on story_articles.story_id = ranked.story_id
inner join articles on story_articles.article_id = articles.article_id
order by articles.published_date, story_articles.article_id
