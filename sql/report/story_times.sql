-- How did the largest stories unfold?
-- Grain: one of the ten largest stories of two or more articles, and six hours from its first
-- article on in which it has any; no story is longer than 14 days, which are 56 times six hours.
-- `shade` is the number of articles, by the highest of the story.
with largest as (
    select
        story_id,
        row_number() over (order by article_count desc, story_id asc) as place,
    from stories
    where article_count > 1
),

steps as (
    select
        largest.place,
        largest.story_id,
        least(cast(floor(story_articles.lag_hours / 6) as bigint), 55) as step,
        count(*) as article_count,
        count(distinct articles.provider_domain) as provider_count,
    from largest
    inner join story_articles on largest.story_id = story_articles.story_id
    inner join articles on story_articles.article_id = articles.article_id
    where largest.place <= 10
    group by largest.place, largest.story_id, step
)

select
    story_id,
    step,
    cast(article_count as bigint) as article_count,
    cast(provider_count as bigint) as provider_count,
    cast(article_count as double) / max(article_count) over (partition by story_id) as shade,
from steps
order by place, step
