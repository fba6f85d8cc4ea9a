-- In which order were the articles published, when, in seconds, and by which outlet?
-- Grain: one article; n counts from 1 by published_at, then article_id. An outlet is a domain and a
-- name: on platforms many outlets share the domain.
-- Made once, as a temporary table: it is read many times over.
select
    normalized_articles.article_id,
    normalized_articles.canonical_url,
    normalized_articles.published_at,
    normalized_articles.published_second,
    normalized_articles.provider_domain || ' ' || coalesce(articles.provider_name, '') as outlet,
    cast(
        row_number() over (
            order by normalized_articles.published_at asc, normalized_articles.article_id asc
        ) as integer
    ) as n,
from normalized_articles
inner join articles on normalized_articles.article_id = articles.article_id
