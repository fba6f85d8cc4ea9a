-- Which topics are covered most, and how widely?
-- Grain: one topic, the fifteen with most articles.
select
    topic,
    article_count,
    provider_count,
    rated_article_count,
    avg_quality,
    peak_month,
    top_provider,
    provider_concentration,
from topic_summary
order by article_count desc, topic asc
limit 15
