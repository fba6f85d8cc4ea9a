-- Articles that a resolved link or an equal canonical_url joins are in the same story, and every
-- article is in exactly one.
with url_stories as (
    select
        min(articles.article_id) as key_value,
        count(distinct story_articles.story_id) as story_count,
    from articles
    left join story_articles on articles.article_id = story_articles.article_id
    group by articles.canonical_url
),

offenders as (
    select
        key_value,
        'equal canonical_url, but not one story' as problem,
    from url_stories
    where story_count <> 1
    union all
    select
        related_items.article_id as key_value,
        'joined by a related link, but in two stories' as problem,
    from related_items
    inner join story_articles as listing on related_items.article_id = listing.article_id
    inner join story_articles as listed on related_items.related_article_id = listed.article_id
    where listing.story_id <> listed.story_id
    union all
    select
        article_id as key_value,
        'article is in several stories' as problem,
    from story_articles
    group by article_id
    having count(*) > 1
)

select
    'story_articles' as relation,
    key_value,
    problem,
from offenders
order by key_value, problem
