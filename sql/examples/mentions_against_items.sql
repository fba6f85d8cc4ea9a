-- How much does the mean quality of related items change when each item counts once, however often
-- it is mentioned?
-- Grain: one row. An item mentioned with several qualities counts with the mean of its mentions.
with mentions as (
    select
        canonical_url,
        quality,
    from related_items
    where quality is not null and canonical_url is not null
),

items as (
    select
        canonical_url,
        count(*) as mention_count,
        avg(quality) as quality,
    from mentions
    group by canonical_url
),

-- Sums of whole millionths do not depend on the order of rows, those of fractions do.
item_totals as (
    select
        count(*) as item_count,
        sum(mention_count) as mention_count,
        sum(cast(floor(quality * 1000000) as bigint)) as quality_millionths,
    from items
),

mention_totals as (
    select avg(quality) as avg_quality,
    from mentions
)

select
    cast(item_totals.mention_count as bigint) as mention_count,
    cast(mention_totals.avg_quality as double) as avg_quality_of_mentions,
    cast(item_totals.item_count as bigint) as item_count,
    cast(item_totals.quality_millionths as double) / 1000000 / item_totals.item_count
        as avg_quality_of_items,
from item_totals
cross join mention_totals
order by item_count
