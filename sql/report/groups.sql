-- Which articles does the archive itself group?
-- Grain: one cluster of two or more articles, the ten largest.
with largest as (
    select
        cluster_id,
        article_count,
        provider_count,
        story_count,
        span_days,
        link_density,
        reciprocity,
    from clusters
    where article_count > 1
    order by article_count desc, cluster_id asc
    limit 10
),

cluster_providers as (
    select
        cluster_articles.cluster_id,
        articles.provider_domain,
        row_number() over (
            partition by cluster_articles.cluster_id
            order by count(*) desc, articles.provider_domain asc
        ) as place,
    from largest
    inner join cluster_articles on largest.cluster_id = cluster_articles.cluster_id
    inner join articles on cluster_articles.article_id = articles.article_id
    group by cluster_articles.cluster_id, articles.provider_domain
)

select
    largest.cluster_id,
    articles.title,
    largest.article_count,
    largest.provider_count,
    cluster_providers.provider_domain as top_provider,
    largest.story_count,
    largest.span_days,
    largest.link_density,
    largest.reciprocity,
from largest
inner join articles on largest.cluster_id = articles.article_id
inner join cluster_providers
    on largest.cluster_id = cluster_providers.cluster_id and cluster_providers.place = 1
order by largest.article_count desc, largest.cluster_id asc
