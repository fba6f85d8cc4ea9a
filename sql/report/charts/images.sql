-- Where do the images of articles come from?
-- Grain: one article and one host of its own images.
select
    images.article_id,
    images.host,
    count(*) as image_count,
from images
inner join articles on images.article_id = articles.article_id
where images.owner = 'article' and images.host is not null
group by images.article_id, images.host, articles.published_date
order by articles.published_date, images.article_id, images.host
