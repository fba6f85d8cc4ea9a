-- When can the hour of publication not be read?
-- Grain: one year with articles that have no time of day, or 00:00:00, which may stand for none.
with days as (
    select
        published_date,
        cast(date_trunc('year', published_date) as date) as year,
        count(*) as article_count,
        count(*) filter (where published_precision = 'date') as dated_count,
        count(*) filter (where published_precision = 'midnight') as midnight_count,
    from articles
    group by published_date
)

select
    year,
    cast(sum(article_count) as bigint) as article_count,
    cast(sum(dated_count) as bigint) as dated_count,
    cast(sum(midnight_count) as bigint) as midnight_count,
    count(*) as day_count,
    count(*) filter (where dated_count + midnight_count = article_count) as unreadable_day_count,
from days
group by year
having sum(dated_count + midnight_count) > 0
order by year
