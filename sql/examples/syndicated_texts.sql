-- Which texts ran under one title on several outlets, where first, and how fast did they spread?
-- Grain: one canonical title that two outlets or more carry.
select
    canonical_title,
    provider_count,
    article_count,
    first_provider,
    is_first_tied,
    span_hours,
from syndication
order by provider_count desc, article_count desc, canonical_title asc
