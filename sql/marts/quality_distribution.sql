-- How is quality spread, among articles and among what they link to?
-- Grain: one role, type and bucket of ten points; items without a quality are left out.
with rated_items as (
    select
        'article' as role,
        coalesce(type, 'unknown') as type,
        cast(floor(cast(quality as double) / 10) * 10 as integer) as quality_bucket,
        canonical_url,
        count(*) as item_count,
    from articles
    where quality is not null
    group by
        coalesce(type, 'unknown'),
        cast(floor(cast(quality as double) / 10) * 10 as integer),
        canonical_url
    union all
    select
        'related' as role,
        coalesce(type, 'unknown') as type,
        cast(floor(cast(quality as double) / 10) * 10 as integer) as quality_bucket,
        canonical_url,
        count(*) as item_count,
    from related_items
    where quality is not null
    group by
        coalesce(type, 'unknown'),
        cast(floor(cast(quality as double) / 10) * 10 as integer),
        canonical_url
),

buckets as (
    select
        role,
        type,
        quality_bucket,
        sum(item_count) as item_count,
        count(canonical_url) as distinct_count,
    from rated_items
    group by role, type, quality_bucket
),

bucket_sums as (
    select
        role,
        type,
        quality_bucket,
        item_count,
        distinct_count,
        sum(item_count) over (partition by role, type) as total_count,
        sum(item_count) over (
            partition by role, type
            order by quality_bucket
            rows between unbounded preceding and current row
        ) as cumulative_count,
    from buckets
)

select
    role,
    type,
    quality_bucket,
    cast(item_count as bigint) as item_count,
    cast(distinct_count as bigint) as distinct_count,
    cast(item_count as double) / cast(total_count as double) as item_share,
    cast(cumulative_count as double) / cast(total_count as double) as cumulative_share,
from bucket_sums
order by role, type, quality_bucket
