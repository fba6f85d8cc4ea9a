-- Which provider carries which topic more than chance would have it?
-- Grain: one topic, without those of nearly all articles, and one provider, the fifteen with the
-- highest lift; those of which chance would give fewer than 5 articles come last, by articles.
select
    topic_providers.topic,
    topic_providers.provider_domain,
    topic_providers.article_count,
    topic_providers.share_of_topic,
    topic_providers.share_of_provider,
    topic_providers.lift,
    topic_providers.is_small_group,
from topic_providers
inner join topic_summary on topic_providers.topic = topic_summary.topic
where not topic_summary.is_universal
order by
    topic_providers.is_small_group asc,
    case when topic_providers.is_small_group then 0 else topic_providers.lift end desc,
    topic_providers.article_count desc,
    topic_providers.topic asc,
    topic_providers.provider_domain asc
limit 15
