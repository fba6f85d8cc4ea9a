-- Who is first with the stories it shares, next to what chance gives?
-- Grain: one article of a story that several providers tell and in which every article has a time.
-- `first` is its share of the first place, `by_chance` one of as many as there are articles; both
-- in whole 1,048,576ths, so that sums do not depend on the order.
with timed_stories as (
    select
        story_articles.story_id,
        count(*) as article_count,
        min(story_articles.lag_hours) as lag_hours,
    from story_articles
    inner join articles on story_articles.article_id = articles.article_id
    group by story_articles.story_id
    having
        count(distinct articles.provider_domain) > 1
        and count(*) filter (where articles.published_precision = 'time') = count(*)
),

story_firsts as (
    select
        story_articles.story_id,
        count(*) as first_count,
    from story_articles
    inner join timed_stories on story_articles.story_id = timed_stories.story_id
    where story_articles.lag_hours = timed_stories.lag_hours
    group by story_articles.story_id
)

select
    articles.article_id,
    articles.provider_domain,
    case
        when story_articles.lag_hours = timed_stories.lag_hours
            then floor(1048576.0 / story_firsts.first_count + 0.5) / 1048576
        else 0
    end as first,
    floor(1048576.0 / timed_stories.article_count + 0.5) / 1048576 as by_chance,
from articles
inner join story_articles on articles.article_id = story_articles.article_id
inner join timed_stories on story_articles.story_id = timed_stories.story_id
inner join story_firsts on story_articles.story_id = story_firsts.story_id
order by articles.published_date, articles.article_id
