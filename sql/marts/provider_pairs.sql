-- Which outlets are listed together, and share more stories than chance would have it?
-- Grain: one pair of domains (domain_a before domain_b) with a pair of articles of which one lists
-- the other, or with a story in common. Domains with most articles come first, as long as all their
-- pairs, with a row or without, are no more than a million and ten for each article of the archive.
with archive_total as (
    select count(*) as article_count,
    from articles
),

ranked_domains as (
    select
        provider_domain,
        row_number() over (order by article_count desc, provider_domain asc) as domain_rank,
    from providers
    where article_count > 0
),

domains as (
    select
        ranked_domains.provider_domain,
        row_number() over (order by ranked_domains.provider_domain) as domain_n,
    from ranked_domains
    cross join archive_total
    where
        ranked_domains.domain_rank * (ranked_domains.domain_rank - 1)
        <= (1000000 + 10 * archive_total.article_count) * 2
),

article_domains as (
    select
        articles.article_id,
        articles.canonical_url,
        domains.domain_n,
        row_number() over (order by articles.article_id) as article_n,
    from articles
    inner join domains on articles.provider_domain = domains.provider_domain
),

-- Several files of one page are one page here, the first of them.
page_numbers as (
    select
        article_domains.article_id,
        owners.article_n,
        owners.domain_n,
    from article_domains
    inner join url_owner on article_domains.canonical_url = url_owner.canonical_url
    inner join article_domains as owners on url_owner.article_id = owners.article_id
),

linked_pages as (
    select
        least(listing.domain_n, listed.domain_n) as domain_a_n,
        greatest(listing.domain_n, listed.domain_n) as domain_b_n,
    from related_items
    inner join page_numbers as listing on related_items.article_id = listing.article_id
    inner join page_numbers as listed on related_items.related_article_id = listed.article_id
    where listing.domain_n <> listed.domain_n
    group by
        least(listing.domain_n, listed.domain_n),
        greatest(listing.domain_n, listed.domain_n),
        least(listing.article_n, listed.article_n),
        greatest(listing.article_n, listed.article_n)
),

-- Chance is that of the whole archive, whichever domains have a row.
outlet_stories as (
    select
        story_articles.story_id,
        articles.provider_domain,
        count(*) over (partition by story_articles.story_id) as outlet_count,
    from story_articles
    inner join articles on story_articles.article_id = articles.article_id
    group by story_articles.story_id, articles.provider_domain
),

shared_stories as (
    select
        story_id,
        provider_domain,
        outlet_count,
    from outlet_stories
    where outlet_count >= 2
),

story_counts as (
    select
        provider_domain,
        count(*) as story_count,
        sum(outlet_count - 1) as partner_count,
    from shared_stories
    group by provider_domain
),

sharing_total as (
    select
        cast(sum(partner_count) as double) as partner_count,
        cast(sum(story_count) as double) * cast(sum(story_count) as double)
        - cast(sum(story_count * story_count) as double) as story_product,
    from story_counts
),

story_domains as (
    select
        shared_stories.story_id,
        domains.domain_n,
    from shared_stories
    inner join domains on shared_stories.provider_domain = domains.provider_domain
),

pair_counts as (
    select
        domain_a_n,
        domain_b_n,
        count(*) as linked_pair_count,
        0 as shared_story_count,
    from linked_pages
    group by domain_a_n, domain_b_n
    union all
    select
        first_domains.domain_n as domain_a_n,
        second_domains.domain_n as domain_b_n,
        0 as linked_pair_count,
        count(*) as shared_story_count,
    from story_domains as first_domains
    inner join story_domains as second_domains
        on
            first_domains.story_id = second_domains.story_id
            and first_domains.domain_n < second_domains.domain_n
    group by first_domains.domain_n, second_domains.domain_n
),

pairs as (
    select
        domain_a_n,
        domain_b_n,
        sum(linked_pair_count) as linked_pair_count,
        sum(shared_story_count) as shared_story_count,
    from pair_counts
    group by domain_a_n, domain_b_n
),

pair_measures as (
    select
        domains_a.provider_domain as domain_a,
        domains_b.provider_domain as domain_b,
        pairs.linked_pair_count,
        pairs.shared_story_count,
        coalesce(counts_a.story_count, 0) + coalesce(counts_b.story_count, 0)
        - pairs.shared_story_count as either_story_count,
        coalesce(
            sharing_total.partner_count * counts_a.story_count * counts_b.story_count
            / sharing_total.story_product,
            0
        ) as expected_shared_story_count,
    from pairs
    cross join sharing_total
    inner join domains as domains_a on pairs.domain_a_n = domains_a.domain_n
    inner join domains as domains_b on pairs.domain_b_n = domains_b.domain_n
    left join story_counts as counts_a on domains_a.provider_domain = counts_a.provider_domain
    left join story_counts as counts_b on domains_b.provider_domain = counts_b.provider_domain
)

select
    domain_a,
    domain_b,
    cast(linked_pair_count as bigint) as linked_pair_count,
    cast(shared_story_count as bigint) as shared_story_count,
    cast(either_story_count as bigint) as either_story_count,
    expected_shared_story_count,
    case
        when expected_shared_story_count >= 5
            then shared_story_count / expected_shared_story_count
    end as lift,
    case
        when either_story_count >= 30
            then cast(shared_story_count as double) / either_story_count
    end as jaccard,
    expected_shared_story_count < 5 as is_small_group,
from pair_measures
order by domain_a, domain_b
