-- What goes with a higher or lower quality?
-- Grain: one level of a factor with at least 30 rated articles and an interval without 0, among all
-- articles or within outlets; the twelve with the clearest difference within outlets.
select
    factor,
    level,
    rated_article_count,
    avg_quality,
    quality_difference,
    difference_low,
    difference_high,
    compared_provider_count,
    adjusted_difference,
    adjusted_low,
    adjusted_high,
    is_supported,
from quality_factors
where
    not is_small_group
    and (
        difference_low > 0 or difference_high < 0 or adjusted_low > 0 or adjusted_high < 0
    )
order by
    is_supported desc, abs(coalesce(adjusted_difference, 0)) desc, factor asc, level asc
limit 12
