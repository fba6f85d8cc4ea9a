-- Which outlets list items of which, more often than chance would have it, and one way only?
-- Grain: one domain that lists related items and one domain of these items, itself included.
-- Odd but fast: domains, articles and items are numbered first, because millions of mentions are
-- grouped by numbers in a fraction of the memory that their texts need.
with domains as (
    select
        provider_domain,
        cast(row_number() over (order by provider_domain) as integer) as domain_n,
    from providers
),

numbered_articles as (
    select
        article_id,
        provider_domain,
        canonical_url,
        row_number() over (order by published_at asc, article_id asc) as article_n,
    from articles
),

-- Several files of one page are one page here, the first of them: its list and who lists it.
listing_articles as (
    select
        numbered_articles.article_id,
        domains.domain_n as from_n,
        numbered_articles.article_n,
        min(numbered_articles.article_n) over (
            partition by numbered_articles.canonical_url
        ) as page_n,
    from numbered_articles
    inner join domains on numbered_articles.provider_domain = domains.provider_domain
),

distinct_items as (
    select
        canonical_url,
        max(related_article_id) as related_article_id,
        row_number() over (order by min(published_at)) as item_n,
    from related_items
    where canonical_url is not null
    group by canonical_url
),

items as (
    select
        distinct_items.canonical_url,
        distinct_items.item_n,
        numbered_articles.article_n as page_n,
    from distinct_items
    left join numbered_articles on distinct_items.related_article_id = numbered_articles.article_id
),

-- Who lists its own page lists no other; no number is ten digits long.
mentions as (
    select
        listing_articles.from_n,
        domains.domain_n as to_n,
        listing_articles.article_n,
        items.item_n,
        case
            when items.page_n <> listing_articles.page_n
                then listing_articles.page_n * 10000000000 + items.page_n
        end as page_pair,
        case
            when items.page_n <> listing_articles.page_n
                then items.page_n * 10000000000 + listing_articles.page_n
        end as reverse_pair,
    from related_items
    inner join listing_articles on related_items.article_id = listing_articles.article_id
    inner join domains on related_items.provider_domain = domains.provider_domain
    left join items on related_items.canonical_url = items.canonical_url
),

page_pairs as (
    select page_pair,
    from mentions
    where page_pair is not null
    group by page_pair
),

lists as (
    select
        mentions.from_n,
        mentions.to_n,
        count(*) as mention_count,
        count(*) filter (where mentions.item_n is null) as unknown_item_count,
        count(mentions.page_pair) as resolved_mention_count,
        count(page_pairs.page_pair) as mutual_mention_count,
    from mentions
    left join page_pairs on mentions.reverse_pair = page_pairs.page_pair
    group by mentions.from_n, mentions.to_n, mentions.article_n
),

links as (
    select
        from_n,
        to_n,
        sum(mention_count) as mention_count,
        sum(unknown_item_count) as unknown_item_count,
        sum(resolved_mention_count) as resolved_mention_count,
        sum(mutual_mention_count) as mutual_mention_count,
        count(*) as listing_article_count,
        count(*) filter (where resolved_mention_count > 0) as resolved_article_count,
    from lists
    group by from_n, to_n
),

linked_items as (
    select
        from_n,
        to_n,
        item_n,
        count(page_pair) as resolved_mention_count,
    from mentions
    group by from_n, to_n, item_n
),

linked_item_counts as (
    select
        from_n,
        to_n,
        count(item_n) as distinct_item_count,
        count(*) filter (where resolved_mention_count > 0) as resolved_item_count,
    from linked_items
    group by from_n, to_n
),

-- Ten lists that share their one item are one observation, and so are ten items of one list. Back
-- counts what does not resolve, too: it may be an article whose address the archive does not know.
link_measures as (
    select
        links.from_n,
        links.to_n,
        links.mention_count,
        links.listing_article_count,
        linked_item_counts.distinct_item_count,
        links.resolved_mention_count,
        links.mutual_mention_count,
        least(links.resolved_article_count, linked_item_counts.resolved_item_count)
            as there_count,
        least(
            links.listing_article_count,
            linked_item_counts.distinct_item_count + links.unknown_item_count
        ) as back_count,
        cast(sum(links.mention_count) over (partition by links.from_n) as double) as from_count,
        cast(sum(links.mention_count) over (partition by links.to_n) as double) as to_count,
        cast(sum(links.mention_count) over () as double) as all_count,
    from links
    inner join linked_item_counts
        on links.from_n = linked_item_counts.from_n and links.to_n = linked_item_counts.to_n
),

directions as (
    select
        there.from_n,
        there.to_n,
        cast(there.there_count as double) as there_count,
        cast(coalesce(back.back_count, 0) as double) as back_count,
        coalesce(back.mention_count, 0) as reverse_mention_count,
        -- Of the two rows of a pair of domains one stands for it.
        there.from_n <> there.to_n
        and there.there_count > 0
        and (there.from_n < there.to_n or coalesce(back.there_count, 0) = 0) as is_pair,
    from link_measures as there
    left join link_measures as back on there.from_n = back.to_n and there.to_n = back.from_n
),

-- Hoeffding's bound on the tails of the binomial distribution of parameter 1/2.
tested as (
    select
        from_n,
        to_n,
        there_count,
        back_count,
        reverse_mention_count,
        case
            when there_count > back_count
                then
                    least(
                        1,
                        2 * exp(
                            there_count * ln((there_count + back_count) / 2 / there_count)
                            + back_count
                            * ln((there_count + back_count) / 2 / greatest(back_count, 1))
                        )
                    )
            else 1
        end as direction_p_value,
        count(case when is_pair then 1 end) over () as pair_count,
    from directions
),

ranked as (
    select
        direction_p_value,
        pair_count,
        count(*) over (order by direction_p_value) as reached_count,
    from tested
    where direction_p_value < 1
),

-- Benjamini and Hochberg: of the directions stated 5 % are wrong on average, not 5 % of all pairs.
threshold as (
    select max(direction_p_value) as direction_p_value,
    from ranked
    where direction_p_value * pair_count <= 0.05 * reached_count
)

select
    from_domains.provider_domain as from_domain,
    to_domains.provider_domain as to_domain,
    cast(link_measures.mention_count as bigint) as mention_count,
    cast(link_measures.listing_article_count as bigint) as listing_article_count,
    cast(link_measures.distinct_item_count as bigint) as distinct_item_count,
    cast(link_measures.mention_count as double) / link_measures.from_count as mention_share,
    cast(link_measures.resolved_mention_count as bigint) as resolved_mention_count,
    cast(link_measures.mutual_mention_count as double)
    / nullif(link_measures.resolved_mention_count, 0) as reciprocity,
    cast(tested.reverse_mention_count as bigint) as reverse_mention_count,
    cast(link_measures.mention_count - tested.reverse_mention_count as double)
    / cast(link_measures.mention_count + tested.reverse_mention_count as double) as net_share,
    cast(tested.there_count as bigint) as independent_mention_count,
    cast(tested.back_count as bigint) as reverse_independent_mention_count,
    tested.direction_p_value,
    coalesce(
        tested.direction_p_value <= threshold.direction_p_value
        and 3 * tested.back_count <= tested.there_count,
        false
    ) as has_direction,
    link_measures.from_count * link_measures.to_count / link_measures.all_count
        as expected_mention_count,
    case
        when link_measures.from_count * link_measures.to_count >= 5 * link_measures.all_count
            then
                cast(link_measures.mention_count as double) * link_measures.all_count
                / (link_measures.from_count * link_measures.to_count)
    end as lift,
    link_measures.from_count * link_measures.to_count < 5 * link_measures.all_count
        as is_small_group,
from link_measures
inner join tested on link_measures.from_n = tested.from_n and link_measures.to_n = tested.to_n
cross join threshold
inner join domains as from_domains on link_measures.from_n = from_domains.domain_n
inner join domains as to_domains on link_measures.to_n = to_domains.domain_n
order by from_domain, to_domain
