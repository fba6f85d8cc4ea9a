-- How does the median quality change?
-- Grain: one rated article, in its month.
select
    article_id,
    cast(date_trunc('month', published_date) as date) as period,
    cast(
        date_trunc('month', published_date) + interval 1 month - interval 1 day as date
    ) as last_day,
    quality,
from articles
where quality is not null
order by published_date, article_id
