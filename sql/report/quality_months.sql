-- How did the quality of articles develop?
-- Grain: one month, without gaps.
select
    month,
    rated_article_count,
    median_quality,
    p10_quality,
    p90_quality,
    is_small_group,
    is_break,
from quality_monthly
order by month
