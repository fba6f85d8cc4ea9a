-- Which texts ran on most domains?
-- Grain: one group of copies, the ten that most domains carry.
select
    copy_id,
    title,
    kind,
    similarity,
    provider_count,
    article_count,
    first_provider,
    span_hours / 24 as span_days,
from syndication
order by provider_count desc, article_count desc, copy_id asc
limit 10
