-- Articles that a resolved link or an equal canonical_url joins are in the same cluster, and
-- every article is in exactly one.
-- Consequence: Clusters would be torn apart, or overlap, and count articles twice.
-- Cure: The archive is not to blame: run again with --force; if the rows stay, report them. The
-- former build is still there.

-- An article that others list is looked at once, with the first and last cluster that lists it.
with cluster_numbers as (
    select
        cluster_id,
        row_number() over (order by cluster_id) as cluster_n,
    from cluster_articles
    group by cluster_id
),

numbered_articles as (
    select
        cluster_articles.article_id,
        cluster_numbers.cluster_n,
    from cluster_articles
    inner join cluster_numbers on cluster_articles.cluster_id = cluster_numbers.cluster_id
),

listing_clusters as (
    select
        related_items.related_article_id,
        min(numbered_articles.cluster_n) as first_n,
        max(numbered_articles.cluster_n) as last_n,
    from related_items
    inner join numbered_articles on related_items.article_id = numbered_articles.article_id
    where related_items.related_article_id is not null
    group by related_items.related_article_id
),

url_clusters as (
    select
        min(articles.article_id) as key_value,
        min(numbered_articles.cluster_n) as first_n,
        max(numbered_articles.cluster_n) as last_n,
    from articles
    left join numbered_articles on articles.article_id = numbered_articles.article_id
    group by articles.canonical_url
),

offenders as (
    select
        key_value,
        'equal canonical_url, but not one cluster' as problem,
    from url_clusters
    where first_n is null or first_n <> last_n
    union all
    select
        listing_clusters.related_article_id as key_value,
        'joined by a related link, but in two clusters' as problem,
    from listing_clusters
    inner join numbered_articles
        on listing_clusters.related_article_id = numbered_articles.article_id
    where
        listing_clusters.first_n <> numbered_articles.cluster_n
        or listing_clusters.last_n <> numbered_articles.cluster_n
    union all
    select
        article_id as key_value,
        'article is in several clusters' as problem,
    from cluster_articles
    group by article_id
    having count(*) > 1
)

select
    'cluster_articles' as relation,
    key_value,
    problem,
from offenders
order by key_value, problem
