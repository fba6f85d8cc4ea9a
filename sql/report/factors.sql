-- What goes with a higher or lower quality?
-- Grain: one level of a factor, those with at least 30 rated articles and the clearest difference.
select
    factor,
    level,
    rated_article_count,
    avg_quality,
    quality_difference,
    difference_low,
    difference_high,
from quality_factors
where
    not is_small_group
    and difference_low is not null
    and (difference_low > 0 or difference_high < 0)
order by abs(quality_difference) desc, factor asc, level asc
limit 12
