-- Which outlets are listed with which?
-- Grain: one pair of domains, the twelve with most mentions; those of a domain itself left out.
select
    from_domain,
    to_domain,
    mention_count,
    distinct_item_count,
    mention_share,
    reverse_mention_count,
    reciprocity,
    has_direction,
    lift,
    is_small_group,
from provider_links
where from_domain <> to_domain
order by mention_count desc, from_domain asc, to_domain asc
limit 12
