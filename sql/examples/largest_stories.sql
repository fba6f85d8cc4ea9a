-- Which stories did most outlets tell, who began them, if that is known, and for how long?
-- Grain: one story, the ten with most outlets.
select
    first_published_at,
    title,
    lead_provider,
    is_lead_tied,
    article_count,
    provider_count,
    span_hours / 24 as span_days,
    top_topic,
from stories
order by provider_count desc, article_count desc, story_id asc
limit 10
