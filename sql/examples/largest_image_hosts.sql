-- Where do the images of the articles themselves come from, in which shape, and are they kept?
-- Grain: one host of images of articles, the ten with most.
select
    host,
    image_count,
    cached_rate,
    known_cached_count,
    median_width,
    median_height,
    top_aspect_class,
    is_small_group,
from image_hosts
where owner = 'article'
order by image_count desc, host asc
limit 10
