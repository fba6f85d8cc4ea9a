-- On which weekdays and at which hours are articles published?
-- Grain: one article with a time of day, in UTC; weekdays are numbered from 1, Monday.
select
    article_id,
    date_diff('day', date '1970-01-05', cast(published_at as date)) % 7 + 1 as weekday,
    extract(hour from published_at) as hour,
from articles
where published_precision = 'time'
order by published_date, article_id
