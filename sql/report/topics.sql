-- Which topics are covered most, and how widely?
-- Grain: one topic, the fifteen with most articles.
select
    topic,
    article_count,
    provider_count,
    rated_article_count,
    avg_quality,
    is_universal,
    peak_month,
    peak_month_is_break,
    top_provider,
    provider_concentration,
    is_small_group,
from topic_summary
order by article_count desc, topic asc
limit 15
