-- How many articles stand alone, and how many belong to a story that several outlets tell?
-- Grain: one class of stories.
with classed_stories as (
    select
        case
            when article_count = 1 then '1 one article'
            when provider_count = 1 then '2 several articles of one outlet'
            when provider_count < 5 then '3 two to four outlets'
            else '4 five outlets and more'
        end as story_class,
        article_count,
    from stories
)

select
    story_class,
    cast(count(*) as bigint) as story_count,
    cast(sum(article_count) as bigint) as article_count,
    cast(max(article_count) as bigint) as largest_article_count,
from classed_stories
group by story_class
order by story_class
