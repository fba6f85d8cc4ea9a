-- Which article owns each URL, so that a mention of it is a mention of the article?
-- Grain: one canonical URL; of several articles the earliest published, then the lowest article_id.
with ranked_articles as (
    select
        canonical_url,
        article_id,
        row_number() over (
            partition by canonical_url order by published_at asc, article_id asc
        ) as owner_rank,
    from articles
    where canonical_url is not null
)

select
    canonical_url,
    article_id,
from ranked_articles
where owner_rank = 1
