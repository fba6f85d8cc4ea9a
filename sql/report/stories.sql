-- Which stories are largest?
-- Grain: one story of two or more articles, the ten largest.
select
    story_id,
    title,
    lead_provider,
    article_count,
    provider_count,
    first_published_at,
    span_hours / 24 as span_days,
from stories
where article_count > 1
order by article_count desc, story_id asc
limit 10
