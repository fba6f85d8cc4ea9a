-- Under which names was each domain seen?
-- Grain: one name of one provider domain. Articles and mentions are counted apart.
with name_uses as (
    select
        provider_domain,
        provider_name,
        count(*) as article_count,
        cast(0 as bigint) as mention_count,
    from articles
    where provider_name is not null
    group by provider_domain, provider_name
    union all
    select
        provider_domain,
        provider_name,
        cast(0 as bigint) as article_count,
        count(*) as mention_count,
    from related_items
    where provider_domain is not null and provider_name is not null
    group by provider_domain, provider_name
)

select
    provider_domain,
    provider_name,
    cast(sum(article_count) as bigint) as article_count,
    cast(sum(mention_count) as bigint) as mention_count,
from name_uses
group by provider_domain, provider_name
order by provider_domain, provider_name
