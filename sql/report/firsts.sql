-- Who is first with the stories it shares, next to what chance gives?
-- Grain: one provider, the twelve with most stories that several tell and all with a time.
select
    provider_domain,
    story_count,
    first_count,
    expected_first_count,
    first_ratio,
    first_ratio_low,
    first_ratio_high,
    rank,
from provider_timeliness
order by story_count desc, provider_domain asc
limit 12
