-- Which articles have no hour that can be read?
-- Grain: one article, in its year.
select
    article_id,
    cast(date_trunc('year', published_date) as date) as year,
from articles
where published_precision in ('date', 'midnight')
