-- What part of the articles of each type has an image, and how large are the images?
-- Grain: one type of articles; an article's size is that of its largest image.
with article_images as (
    select
        article_id,
        max(megapixels) as megapixels,
    from images
    where owner = 'article'
    group by article_id
)

select
    coalesce(articles.type, 'unknown') as type,
    cast(count(*) as bigint) as article_count,
    cast(count(*) filter (where articles.image_count > 0) as double) / count(*) as image_rate,
    cast(count(article_images.megapixels) as bigint) as sized_article_count,
    cast(quantile_cont(article_images.megapixels, 0.5) as double) as median_megapixels,
from articles
left join article_images on articles.article_id = article_images.article_id
group by coalesce(articles.type, 'unknown')
order by type
