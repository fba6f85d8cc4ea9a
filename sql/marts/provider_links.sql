-- Which outlets link to which, and more often than chance would have it?
-- Grain: one domain that lists related items and one domain of these items, itself included.
-- Odd but fast: domains, articles and items are numbered first, because millions of mentions are
-- grouped by numbers in a fraction of the memory that their texts need.
with domains as (
    select
        provider_domain,
        cast(row_number() over (order by provider_domain) as integer) as domain_n,
    from providers
),

listing_articles as (
    select
        articles.article_id,
        domains.domain_n as from_n,
        cast(row_number() over (order by articles.published_at) as integer) as article_n,
    from articles
    inner join domains on articles.provider_domain = domains.provider_domain
),

items as (
    select
        canonical_url,
        cast(row_number() over (order by min(published_at)) as integer) as item_n,
    from related_items
    where canonical_url is not null
    group by canonical_url
),

mentions as (
    select
        listing_articles.from_n,
        domains.domain_n as to_n,
        listing_articles.article_n,
        items.item_n,
    from related_items
    inner join listing_articles on related_items.article_id = listing_articles.article_id
    inner join domains on related_items.provider_domain = domains.provider_domain
    left join items on related_items.canonical_url = items.canonical_url
),

citing_articles as (
    select
        from_n,
        to_n,
        count(*) as mention_count,
    from mentions
    group by from_n, to_n, article_n
),

links as (
    select
        from_n,
        to_n,
        sum(mention_count) as mention_count,
        count(*) as citing_article_count,
    from citing_articles
    group by from_n, to_n
),

linked_items as (
    select
        from_n,
        to_n,
        item_n,
    from mentions
    group by from_n, to_n, item_n
),

linked_item_counts as (
    select
        from_n,
        to_n,
        count(item_n) as distinct_related_count,
    from linked_items
    group by from_n, to_n
),

link_totals as (
    select
        from_n,
        to_n,
        mention_count,
        citing_article_count,
        sum(mention_count) over (partition by from_n) as from_count,
        sum(mention_count) over (partition by to_n) as to_count,
        sum(mention_count) over () as all_count,
    from links
)

select
    from_domains.provider_domain as from_domain,
    to_domains.provider_domain as to_domain,
    cast(link_totals.mention_count as bigint) as mention_count,
    cast(link_totals.citing_article_count as bigint) as citing_article_count,
    cast(linked_item_counts.distinct_related_count as bigint) as distinct_related_count,
    cast(link_totals.mention_count as double)
    / cast(link_totals.from_count as double) as mention_share,
    cast(link_totals.mention_count as double) * cast(link_totals.all_count as double)
    / (cast(link_totals.from_count as double) * cast(link_totals.to_count as double)) as lift,
    cast(link_totals.from_count as double) * cast(link_totals.to_count as double)
    < 5 * cast(link_totals.all_count as double) as is_small_group,
from link_totals
inner join linked_item_counts
    on
        link_totals.from_n = linked_item_counts.from_n
        and link_totals.to_n = linked_item_counts.to_n
inner join domains as from_domains on link_totals.from_n = from_domains.domain_n
inner join domains as to_domains on link_totals.to_n = to_domains.domain_n
order by from_domain, to_domain
