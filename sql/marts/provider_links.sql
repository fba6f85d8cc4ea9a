-- Which outlets link to which, and more often than chance would have it?
-- Grain: one domain that lists related items and one domain of these items, itself included.
with article_mentions as (
    select
        article_id,
        provider_domain as to_domain,
        count(*) as mention_count,
    from related_items
    where provider_domain is not null
    group by article_id, provider_domain
),

links as (
    select
        articles.provider_domain as from_domain,
        article_mentions.to_domain,
        sum(article_mentions.mention_count) as mention_count,
        count(*) as citing_article_count,
    from article_mentions
    inner join articles on article_mentions.article_id = articles.article_id
    group by articles.provider_domain, article_mentions.to_domain
),

-- Grouping twice costs far less memory than count(distinct) over millions of mentions.
linked_items as (
    select
        articles.provider_domain as from_domain,
        related_items.provider_domain as to_domain,
        related_items.canonical_url,
    from related_items
    inner join articles on related_items.article_id = articles.article_id
    where related_items.provider_domain is not null and related_items.canonical_url is not null
    group by articles.provider_domain, related_items.provider_domain, related_items.canonical_url
),

linked_item_counts as (
    select
        from_domain,
        to_domain,
        count(*) as distinct_related_count,
    from linked_items
    group by from_domain, to_domain
),

link_totals as (
    select
        from_domain,
        to_domain,
        mention_count,
        citing_article_count,
        sum(mention_count) over (partition by from_domain) as from_count,
        sum(mention_count) over (partition by to_domain) as to_count,
        sum(mention_count) over () as all_count,
    from links
)

select
    link_totals.from_domain,
    link_totals.to_domain,
    cast(link_totals.mention_count as bigint) as mention_count,
    cast(link_totals.citing_article_count as bigint) as citing_article_count,
    cast(coalesce(linked_item_counts.distinct_related_count, 0) as bigint)
        as distinct_related_count,
    cast(link_totals.mention_count as double)
    / cast(link_totals.from_count as double) as mention_share,
    cast(link_totals.mention_count as double) * cast(link_totals.all_count as double)
    / (cast(link_totals.from_count as double) * cast(link_totals.to_count as double)) as lift,
    cast(link_totals.from_count as double) * cast(link_totals.to_count as double)
    < 5 * cast(link_totals.all_count as double) as is_small_group,
from link_totals
left join linked_item_counts
    on
        link_totals.from_domain = linked_item_counts.from_domain
        and link_totals.to_domain = linked_item_counts.to_domain
order by link_totals.from_domain, link_totals.to_domain
