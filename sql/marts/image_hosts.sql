-- Where do images come from, how big are they, and how many did the archive keep?
-- Grain: one host and one kind of owner; images whose url names no host are left out.
with host_measures as (
    select
        host,
        owner,
        count(*) as image_count,
        count(*) filter (where is_cached) as cached_count,
        count(is_cached) as known_cached_count,
        count(aspect_ratio) as sized_image_count,
        count(width) as width_count,
        quantile_cont(width, 0.5) as median_width,
        count(height) as height_count,
        quantile_cont(height, 0.5) as median_height,
        count(*) filter (where aspect_ratio < 0.9) as portrait_count,
        count(*) filter (where aspect_ratio >= 0.9 and aspect_ratio < 1.1) as square_count,
        count(*) filter (where aspect_ratio >= 1.1 and aspect_ratio < 1.6) as landscape_count,
        count(*) filter (where aspect_ratio >= 1.6 and aspect_ratio < 2) as wide_count,
        count(*) filter (where aspect_ratio >= 2) as panorama_count,
    from images
    where host is not null
    group by host, owner
)

select
    host,
    owner,
    cast(image_count as bigint) as image_count,
    cast(cached_count as double) / nullif(known_cached_count, 0) as cached_rate,
    cast(known_cached_count as bigint) as known_cached_count,
    cast(sized_image_count as bigint) as sized_image_count,
    cast(width_count as bigint) as width_count,
    cast(median_width as double) as median_width,
    cast(height_count as bigint) as height_count,
    cast(median_height as double) as median_height,
    -- Of classes with as many images the first by name.
    case greatest(landscape_count, panorama_count, portrait_count, square_count, wide_count)
        when 0 then null
        when landscape_count then 'landscape'
        when panorama_count then 'panorama'
        when portrait_count then 'portrait'
        when square_count then 'square'
        when wide_count then 'wide'
    end as top_aspect_class,
    image_count < 30 as is_small_group,
from host_measures
order by host, owner
