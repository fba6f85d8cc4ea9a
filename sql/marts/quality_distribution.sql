-- How is quality spread, among articles and among what they list?
-- Grain: one role, type and bucket of ten points; items without a quality are left out.
with observed_items as (
    select
        'article' as role,
        type,
        quality,
        canonical_url,
    from articles
    where quality is not null
    union all
    select
        'related' as role,
        type,
        quality,
        canonical_url,
    from related_items
    where quality is not null
),

bucketed_items as (
    select
        role,
        coalesce(type, 'unknown') as type,
        -- The lowest tens do not fit an integer, and a wrong quality must not stop a build.
        case
            when quality < -2147483640 then cast(-2147483648 as integer)
            else cast(floor(cast(quality as double) / 10) * 10 as integer)
        end as quality_bucket,
        canonical_url,
    from observed_items
),

rated_items as (
    select
        role,
        type,
        quality_bucket,
        canonical_url,
        count(*) as item_count,
    from bucketed_items
    group by role, type, quality_bucket, canonical_url
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
    cast(total_count as bigint) as rated_item_count,
    cast(item_count as double) / cast(total_count as double) as item_share,
    cast(cumulative_count as double) / cast(total_count as double) as cumulative_share,
    total_count < 30 as is_small_group,
from bucket_sums
order by role, type, quality_bucket
