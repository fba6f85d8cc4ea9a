-- At which hours does each provider publish?
-- Grain: one article with a time of day, in UTC.
select
    article_id,
    provider_domain,
    extract(hour from published_at) as hour,
from articles
where published_precision = 'time'
order by published_date, article_id
