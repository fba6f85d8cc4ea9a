-- Which outlets and platforms does the archive know?
-- Grain: one provider domain, of an article or of a mention.
with domain_uses as (
    select
        provider_domain,
        count(*) as article_count,
        cast(0 as bigint) as mention_count,
        min(published_at) as first_published_at,
        max(published_at) as last_published_at,
    from articles
    group by provider_domain
    union all
    select
        provider_domain,
        cast(0 as bigint) as article_count,
        count(*) as mention_count,
        cast(null as timestamp) as first_published_at,
        cast(null as timestamp) as last_published_at,
    from related_items
    where provider_domain is not null
    group by provider_domain
),

domains as (
    select
        provider_domain,
        sum(article_count) as article_count,
        sum(mention_count) as mention_count,
        min(first_published_at) as first_published_at,
        max(last_published_at) as last_published_at,
    from domain_uses
    group by provider_domain
),

ranked_names as (
    select
        provider_domain,
        provider_name,
        row_number() over (
            partition by provider_domain
            order by article_count desc, mention_count desc, provider_name asc
        ) as name_rank,
        count(*) over (partition by provider_domain) as name_count,
    from provider_names
)

select
    domains.provider_domain,
    ranked_names.provider_name,
    cast(coalesce(ranked_names.name_count, 0) as integer) as name_count,
    cast(domains.article_count as bigint) as article_count,
    cast(domains.mention_count as bigint) as mention_count,
    domains.first_published_at,
    domains.last_published_at,
from domains
left join ranked_names
    on domains.provider_domain = ranked_names.provider_domain and ranked_names.name_rank = 1
order by domains.provider_domain
