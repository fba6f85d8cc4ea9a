-- Which outlets carry a topic, and which topics does an outlet favour?
-- Grain: one topic and one domain that has an article with it.
with archive_total as (
    select cast(count(*) as double) as article_count,
    from articles
),

topic_domains as (
    select
        article_topics.topic,
        articles.provider_domain,
        count(*) as article_count,
    from article_topics
    inner join articles on article_topics.article_id = articles.article_id
    group by article_topics.topic, articles.provider_domain
)

select
    topic_domains.topic,
    topic_domains.provider_domain,
    cast(topic_domains.article_count as bigint) as article_count,
    cast(topic_domains.article_count as double) / topics.article_count as share_of_topic,
    cast(topic_domains.article_count as double) / providers.article_count as share_of_provider,
    cast(topic_domains.article_count as double) * archive_total.article_count
    / (cast(topics.article_count as double) * providers.article_count) as lift,
    cast(topics.article_count as double) * providers.article_count
    < 5 * archive_total.article_count as is_small_group,
from topic_domains
cross join archive_total
inner join topics on topic_domains.topic = topics.topic
inner join providers on topic_domains.provider_domain = providers.provider_domain
order by topic_domains.topic, topic_domains.provider_domain
