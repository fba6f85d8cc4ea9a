-- Which outlets are first with a story, and how far behind are the others?
-- Grain: one domain with an article in a story that at least two domains tell.
with shared_stories as (
    select
        story_id,
        is_lead_tied,
    from stories
    where provider_count >= 2
),

provider_stories as (
    select
        story_articles.story_id,
        articles.provider_domain,
        shared_stories.is_lead_tied,
        min(story_articles.position) as first_position,
        min(story_articles.lag_hours) as lag_hours,
    from story_articles
    inner join shared_stories on story_articles.story_id = shared_stories.story_id
    inner join articles on story_articles.article_id = articles.article_id
    group by story_articles.story_id, articles.provider_domain, shared_stories.is_lead_tied
)

select
    provider_domain,
    cast(count(*) as bigint) as story_count,
    cast(count(*) filter (where first_position = 1) as bigint) as first_count,
    cast(count(*) filter (where first_position = 1) as double) / count(*) as first_rate,
    cast(count(*) filter (where first_position = 1 and is_lead_tied) as bigint) as tied_first_count,
    cast(quantile_cont(lag_hours, 0.5) as double) as median_lag_hours,
    count(*) < 30 as is_small_group,
from provider_stories
group by provider_domain
order by provider_domain
