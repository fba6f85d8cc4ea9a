-- Which properties go with another quality, among all articles and within each outlet?
-- Grain: one level of a factor whose 95 % interval leaves out 0, in one of the two or in both.
select
    factor,
    level,
    rated_article_count,
    rest_difference,
    compared_provider_count,
    adjusted_difference,
    adjusted_low,
    adjusted_high,
    is_supported,
    is_small_group,
from quality_factors
where difference_low > 0 or difference_high < 0 or adjusted_low > 0 or adjusted_high < 0
order by factor, level
