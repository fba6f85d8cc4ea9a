-- Which properties of an article go with a quality that differs by more than chance?
-- Grain: one level of a factor whose 95 % interval leaves out 0; a small one is shown, but marked.
select
    factor,
    level,
    rated_article_count,
    quality_difference,
    difference_low,
    difference_high,
    is_small_group,
from quality_factors
where difference_low > 0 or difference_high < 0
order by factor, level
