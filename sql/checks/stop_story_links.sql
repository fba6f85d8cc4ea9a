-- Articles that a resolved link or an equal canonical_url joins are in the same story, and every
-- article is in exactly one.
-- An article that is linked to is looked at once, with the first and the last story that lists it.
with story_numbers as (
    select
        story_id,
        row_number() over (order by min(lag_hours), story_id) as story_n,
    from story_articles
    group by story_id
),

numbered_articles as (
    select
        story_articles.article_id,
        story_numbers.story_n,
    from story_articles
    inner join story_numbers on story_articles.story_id = story_numbers.story_id
),

listing_stories as (
    select
        related_items.related_article_id,
        min(numbered_articles.story_n) as first_n,
        max(numbered_articles.story_n) as last_n,
    from related_items
    inner join numbered_articles on related_items.article_id = numbered_articles.article_id
    where related_items.related_article_id is not null
    group by related_items.related_article_id
),

url_stories as (
    select
        min(articles.article_id) as key_value,
        min(numbered_articles.story_n) as first_n,
        max(numbered_articles.story_n) as last_n,
    from articles
    left join numbered_articles on articles.article_id = numbered_articles.article_id
    group by articles.canonical_url
),

offenders as (
    select
        key_value,
        'equal canonical_url, but not one story' as problem,
    from url_stories
    where first_n is null or first_n <> last_n
    union all
    select
        listing_stories.related_article_id as key_value,
        'joined by a related link, but in two stories' as problem,
    from listing_stories
    inner join numbered_articles
        on listing_stories.related_article_id = numbered_articles.article_id
    where
        listing_stories.first_n <> numbered_articles.story_n
        or listing_stories.last_n <> numbered_articles.story_n
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
