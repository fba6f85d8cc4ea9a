-- Every article is in exactly one story; a story spans at most 14 days; what joined an article to
-- its story is another article of it, and only a story of one article has none.
-- Consequence: Stories would overlap, or hold together what nothing joins.
-- Cure: The archive is not to blame: run again with --force; if the rows stay, report them. The
-- former build is still there.
with story_sizes as (
    select
        story_id,
        count(*) as article_count,
        max(lag_hours) as span_hours,
    from story_articles
    group by story_id
),

offenders as (
    select
        article_id as key_value,
        'article is in several stories' as problem,
    from story_articles
    group by article_id
    having count(*) > 1
    union all
    select
        story_id as key_value,
        'story spans more than 14 days' as problem,
    from story_sizes
    where span_hours > 336
    union all
    select
        story_articles.article_id as key_value,
        'joined to no other article of its story' as problem,
    from story_articles
    inner join story_sizes on story_articles.story_id = story_sizes.story_id
    left join story_articles as joined_articles
        on
            story_articles.joined_to_article_id = joined_articles.article_id
            and story_articles.story_id = joined_articles.story_id
    where
        (story_sizes.article_count > 1) <> (joined_articles.article_id is not null)
        or story_articles.joined_to_article_id = story_articles.article_id
)

select
    'story_articles' as relation,
    key_value,
    problem,
from offenders
order by key_value, problem
