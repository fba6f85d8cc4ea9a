-- How soon after the first article of a story do those of other outlets come?
-- Grain: one band of hours. Articles of the first outlet itself are left out.
with later_articles as (
    select
        case
            when story_articles.lag_hours < 1 then '1 within an hour'
            when story_articles.lag_hours < 6 then '2 within 6 hours'
            when story_articles.lag_hours < 24 then '3 within a day'
            when story_articles.lag_hours < 168 then '4 within a week'
            else '5 later'
        end as delay,
    from story_articles
    inner join stories on story_articles.story_id = stories.story_id
    inner join articles on story_articles.article_id = articles.article_id
    where articles.provider_domain <> stories.lead_provider
),

delays as (
    select
        delay,
        count(*) as article_count,
    from later_articles
    group by delay
)

select
    delay,
    cast(article_count as bigint) as article_count,
    cast(article_count as double) / cast(sum(article_count) over () as double) as article_share,
    cast(
        sum(article_count) over (order by delay rows between unbounded preceding and current row)
        as double
    ) / cast(sum(article_count) over () as double) as cumulative_share,
from delays
order by delay
