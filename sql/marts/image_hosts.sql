-- Where do images come from, how big are they, and how many did the archive keep?
-- Grain: one host and one kind of owner; images whose url names no host are left out.
with hosted_images as (
    select
        host,
        owner,
        width,
        height,
        is_cached,
        case
            when aspect_ratio < 0.9 then 'portrait'
            when aspect_ratio < 1.1 then 'square'
            when aspect_ratio < 1.6 then 'landscape'
            when aspect_ratio < 2 then 'wide'
            when aspect_ratio >= 2 then 'panorama'
        end as aspect_class,
    from images
    where host is not null
),

host_measures as (
    select
        host,
        owner,
        count(*) as image_count,
        count(*) filter (where is_cached) as cached_count,
        count(is_cached) as known_cached_count,
        count(aspect_class) as sized_image_count,
        count(width) as width_count,
        quantile_cont(width, 0.5) as median_width,
        count(height) as height_count,
        quantile_cont(height, 0.5) as median_height,
    from hosted_images
    group by host, owner
),

host_classes as (
    select
        host,
        owner,
        aspect_class,
        count(*) as image_count,
    from hosted_images
    where aspect_class is not null
    group by host, owner, aspect_class
),

ranked_classes as (
    select
        host,
        owner,
        aspect_class,
        row_number() over (
            partition by host, owner order by image_count desc, aspect_class asc
        ) as class_rank,
    from host_classes
)

select
    host_measures.host,
    host_measures.owner,
    cast(host_measures.image_count as bigint) as image_count,
    cast(host_measures.cached_count as double)
    / nullif(host_measures.known_cached_count, 0) as cached_rate,
    cast(host_measures.known_cached_count as bigint) as known_cached_count,
    cast(host_measures.sized_image_count as bigint) as sized_image_count,
    cast(host_measures.width_count as bigint) as width_count,
    cast(host_measures.median_width as double) as median_width,
    cast(host_measures.height_count as bigint) as height_count,
    cast(host_measures.median_height as double) as median_height,
    ranked_classes.aspect_class as top_aspect_class,
    host_measures.image_count < 30 as is_small_group,
from host_measures
left join ranked_classes
    on
        host_measures.host = ranked_classes.host
        and host_measures.owner = ranked_classes.owner
        and ranked_classes.class_rank = 1
order by host_measures.host, host_measures.owner
