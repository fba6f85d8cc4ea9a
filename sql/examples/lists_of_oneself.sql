-- Which outlets list themselves, and how large a part of their lists is that?
-- Grain: one provider domain that mentions itself.
with outlets as (
    select
        from_domain,
        sum(mention_count) as mention_count,
        sum(mention_count) filter (where from_domain = to_domain) as own_mention_count,
    from provider_links
    group by from_domain
)

select
    from_domain as provider_domain,
    cast(mention_count as bigint) as mention_count,
    cast(own_mention_count as bigint) as own_mention_count,
    cast(own_mention_count as double) / cast(mention_count as double) as own_mention_share,
from outlets
where own_mention_count > 0
order by own_mention_share desc, provider_domain asc
