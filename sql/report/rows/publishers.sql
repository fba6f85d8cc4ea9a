-- Which articles are of a publisher on a domain?
-- Grain: one article.
select
    article_id,
    provider_domain,
    coalesce(provider_name, provider_domain) as provider_name,
from articles
