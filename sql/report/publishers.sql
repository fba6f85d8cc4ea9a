-- Who publishes on the domains that carry several names?
-- Grain: one name on a domain of two or more, the fifteen with most articles.
select
    provider_domain,
    provider_name,
    article_count,
    domain_article_share,
    rated_article_count,
    avg_quality,
    first_count,
    expected_first_count,
    first_ratio,
    first_rank,
    is_small_group,
from provider_publishers
where publisher_count > 1 and article_count > 0
order by article_count desc, provider_domain asc, provider_name asc
limit 15
