-- On which weekdays and at which hours are articles published?
-- Grain: one weekday, numbered from 1, Monday, and one hour that have articles with a time of day,
-- in UTC; `shade` is the number of articles, by the highest of any hour.
with hours as (
    select
        date_diff('day', date '1970-01-05', cast(published_at as date)) % 7 + 1 as weekday,
        extract(hour from published_at) as hour,
        count(*) as article_count,
    from articles
    where published_precision = 'time'
    group by weekday, hour
)

select
    cast(weekday as bigint) as weekday,
    cast(hour as bigint) as hour,
    cast(article_count as bigint) as article_count,
    cast(article_count as double) / max(article_count) over () as shade,
from hours
order by weekday, hour
