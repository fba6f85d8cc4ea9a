-- Which domains are platforms that carry several publishers, and who are the largest on each?
-- Grain: one publisher of a domain with three publishers or more, at most three for each domain.
with ranked_publishers as (
    select
        provider_domain,
        publisher_count,
        provider_name,
        article_count,
        mention_count,
        domain_article_share,
        row_number() over (
            partition by provider_domain
            order by article_count desc, mention_count desc, provider_name asc
        ) as place,
    from provider_publishers
    where publisher_count >= 3
)

select
    provider_domain,
    publisher_count,
    provider_name,
    article_count,
    mention_count,
    domain_article_share,
from ranked_publishers
where place <= 3
order by publisher_count desc, provider_domain asc, place asc
