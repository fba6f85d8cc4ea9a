-- On which weekdays are articles published, and is their quality another?
-- Grain: one weekday, in UTC.
select
    level as weekday,
    article_count,
    cast(article_count as double)
    / cast(sum(article_count) over () as double) as article_share,
    rated_article_count,
    avg_quality,
    is_small_group,
from quality_factors
where factor = 'weekday'
order by level
