-- Do the lists say who refers to whom, or only what belongs together?
-- Grain: one row.
with totals as (
    select
        sum(mention_count) as mention_count,
        sum(resolved_mention_count) as resolved_mention_count,
        sum(cast(floor(resolved_mention_count * reciprocity + 0.5) as bigint))
            as mutual_mention_count,
        count(*) filter (where from_domain <> to_domain) as link_count,
        count(*) filter (where has_direction) as direction_count,
    from provider_links
)

select
    cast(mention_count as bigint) as mention_count,
    cast(resolved_mention_count as bigint) as resolved_mention_count,
    cast(mutual_mention_count as double) / nullif(resolved_mention_count, 0) as reciprocity,
    cast(link_count as bigint) as link_count,
    cast(direction_count as bigint) as direction_count,
from totals
order by mention_count
