-- Which texts ran on several domains, and where first?
-- Grain: one canonical title that at least two domains carry.
with shared_titles as (
    select canonical_title,
    from normalized_articles
    group by canonical_title
    having min(provider_domain) <> max(provider_domain)
),

shared_articles as (
    select
        normalized_articles.canonical_title,
        normalized_articles.article_id,
        normalized_articles.provider_domain,
        normalized_articles.published_at,
        normalized_articles.published_second,
    from normalized_articles
    inner join shared_titles on normalized_articles.canonical_title = shared_titles.canonical_title
),

title_counts as (
    select
        canonical_title,
        count(*) as article_count,
        count(distinct provider_domain) as provider_count,
        max(published_second) - min(published_second) as span_seconds,
    from shared_articles
    group by canonical_title
),

ranked_articles as (
    select
        canonical_title,
        provider_domain,
        published_at,
        row_number() over (
            partition by canonical_title order by published_at asc, article_id asc
        ) as article_rank,
        min(provider_domain) over (partition by canonical_title, published_at)
        <> max(provider_domain) over (partition by canonical_title, published_at) as is_tied,
    from shared_articles
)

select
    title_counts.canonical_title,
    cast(title_counts.provider_count as bigint) as provider_count,
    cast(title_counts.article_count as bigint) as article_count,
    ranked_articles.provider_domain as first_provider,
    ranked_articles.is_tied as is_first_tied,
    ranked_articles.published_at as first_published_at,
    cast(title_counts.span_seconds as double) / 3600 as span_hours,
from title_counts
inner join ranked_articles
    on
        title_counts.canonical_title = ranked_articles.canonical_title
        and ranked_articles.article_rank = 1
order by title_counts.canonical_title
