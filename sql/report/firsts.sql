-- Who is first with the stories it shares, next to what chance gives?
-- Grain: one provider, the twelve with most stories that several tell and all with a time. Places
-- are those of the ratio and its interval on a scale of logarithms from 0, which is an eighth of
-- chance, to 1, which is eight times as much.
select
    provider_domain,
    story_count,
    first_count,
    expected_first_count,
    first_ratio,
    first_ratio_low,
    first_ratio_high,
    least(greatest(0.5 + ln(greatest(first_ratio, 0.01)) / ln(64), 0), 1) as ratio_place,
    least(greatest(0.5 + ln(greatest(first_ratio_low, 0.01)) / ln(64), 0), 1) as low_place,
    least(greatest(0.5 + ln(greatest(first_ratio_high, 0.01)) / ln(64), 0), 1) as high_place,
    median_lag_hours,
    is_small_group,
    rank,
from provider_timeliness
order by story_count desc, provider_domain asc
limit 12
