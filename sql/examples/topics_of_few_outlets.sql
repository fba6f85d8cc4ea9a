-- Which topics hang on few outlets?
-- Grain: one topic with five articles or more, the most concentrated first. A concentration of
-- 1 / provider_count is as even as it can be.
select
    topic,
    article_count,
    provider_count,
    provider_concentration,
    1 / provider_concentration as effective_provider_count,
    top_provider,
from topic_summary
where article_count >= 5
order by provider_concentration desc, topic asc
