-- Where do the images come from?
-- Grain: one host and kind of owner: of articles the ten hosts with most images, of related items
-- and of providers the three.
with ranked as (
    select
        host,
        owner,
        image_count,
        cached_rate,
        known_cached_count,
        median_width,
        median_height,
        top_aspect_class,
        is_small_group,
        row_number() over (partition by owner order by image_count desc, host asc) as place,
    from image_hosts
)

select
    host,
    owner,
    image_count,
    cached_rate,
    known_cached_count,
    median_width,
    median_height,
    top_aspect_class,
    is_small_group,
from ranked
where place <= 3 or (owner = 'article' and place <= 10)
order by owner asc, image_count desc, host asc
