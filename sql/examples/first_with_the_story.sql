-- Which outlets are first with a story more often than chance has it, or more seldom?
-- Grain: one provider domain, the ten that chance explains least; a rank is given where it fails.
select
    provider_domain,
    story_count,
    first_count,
    expected_first_count,
    first_ratio,
    first_ratio_low,
    first_ratio_high,
    rank,
    median_lag_hours,
from provider_timeliness
order by p_value asc nulls last, story_count desc, provider_domain asc
limit 10
