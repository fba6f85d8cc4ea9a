-- How is quality spread?
-- Grain: one rated article, in its ten points of quality.
select
    article_id,
    cast(floor(cast(quality as double) / 10) * 10 as bigint) as quality_bucket,
from articles
where quality is not null
order by published_date, article_id
