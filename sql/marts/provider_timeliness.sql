-- Which outlets are first with a story more often than chance has it, and how far behind are they?
-- Grain: one domain with an article in a story that at least two domains tell, and all with a time.
select
    provider_domain,
    story_count,
    first_count,
    tied_first_count,
    expected_first_count,
    first_ratio,
    first_ratio_low,
    first_ratio_high,
    p_value,
    is_supported,
    first_rank as rank,
    is_rank_tied,
    median_lag_hours,
    story_count < 30 as is_small_group,
from story_firsts
where level = 'provider'
order by provider_domain
