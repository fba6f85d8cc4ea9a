-- Which outlets write about a topic far more often than their size would have it?
-- Grain: one outlet and topic with three articles or more, twice what independence would give.
select
    provider_domain,
    topic,
    article_count,
    share_of_provider,
    share_of_topic,
    lift,
    is_small_group,
from topic_providers
where article_count >= 3 and lift >= 2
order by lift desc, provider_domain asc, topic asc
