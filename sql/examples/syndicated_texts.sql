-- Which texts ran on several outlets, how much changed, where first, and how fast did they spread?
-- Grain: one group of copies that two outlets or more carry.
select
    title,
    kind,
    similarity,
    provider_count,
    article_count,
    first_provider,
    span_hours,
from syndication
order by provider_count desc, article_count desc, copy_id asc
