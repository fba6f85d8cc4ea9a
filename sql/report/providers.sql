-- Who publishes most?
-- Grain: one provider, the fifteen with most articles.
select
    provider_domain,
    provider_name,
    article_count,
    mention_count,
    rated_article_count,
    avg_quality,
    article_share,
    image_rate,
    is_small_group,
from provider_summary
where article_count > 0
order by article_count desc, provider_domain asc
limit 15
