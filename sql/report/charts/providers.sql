-- Who publishes most?
-- Grain: one article.
select
    article_id,
    provider_domain,
from articles
order by published_date, article_id
