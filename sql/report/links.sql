-- Whose articles link to whom?
-- Grain: one pair of domains, the twelve with most mentions; links of a domain to itself left out.
select
    from_domain,
    to_domain,
    mention_count,
    distinct_related_count,
    mention_share,
    lift,
from provider_links
where from_domain <> to_domain
order by mention_count desc, from_domain asc, to_domain asc
limit 12
