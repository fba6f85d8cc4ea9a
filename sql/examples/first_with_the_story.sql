-- Which outlets are first with the stories they share, and how far behind are they at the median?
-- Grain: one provider domain with three shared stories or more, the most often first on top.
select
    provider_domain,
    story_count,
    first_count,
    tied_first_count,
    first_rate,
    median_lag_hours,
    is_small_group,
from provider_timeliness
where story_count >= 3
order by first_rate desc, story_count desc, provider_domain asc
