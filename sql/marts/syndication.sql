-- Which texts ran on several domains, and where first?
-- Grain: one canonical title that at least two domains carry.
-- Few titles have a sign between blanks, and only these are cut at the last one.
with titles as (
    select
        article_id,
        provider_domain,
        provider_name,
        published_at,
        title,
        case
            when regexp_extract(title, '(\s[|–—-]\s)', 1) <> ''
                then lower(regexp_extract(title, '^(.*\S)\s+[|–—-]\s+(\S.*)$', 2))
        end as title_suffix,
    from articles
),

titled_articles as (
    select
        article_id,
        provider_domain,
        published_at,
        lower(
            case
                when
                    title_suffix in (
                        lower(provider_name), provider_domain, split_part(provider_domain, '.', 1)
                    )
                    then regexp_extract(title, '^(.*\S)\s+[|–—-]\s+(\S.*)$', 1)
                else title
            end
        ) as canonical_title,
    from titles
),

shared_titles as (
    select canonical_title,
    from titled_articles
    group by canonical_title
    having min(provider_domain) <> max(provider_domain)
),

shared_articles as (
    select
        titled_articles.canonical_title,
        titled_articles.article_id,
        titled_articles.provider_domain,
        titled_articles.published_at,
    from titled_articles
    inner join shared_titles on titled_articles.canonical_title = shared_titles.canonical_title
),

title_counts as (
    select
        canonical_title,
        count(*) as article_count,
        count(distinct provider_domain) as provider_count,
        min(published_at) as first_published_at,
        max(published_at) as last_published_at,
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
    cast(
        date_diff(
            'day',
            cast(title_counts.first_published_at as date),
            cast(title_counts.last_published_at as date)
        ) * 86400
        + (
            extract(hour from title_counts.last_published_at)
            - extract(hour from title_counts.first_published_at)
        ) * 3600
        + (
            extract(minute from title_counts.last_published_at)
            - extract(minute from title_counts.first_published_at)
        ) * 60
        + cast(extract(second from title_counts.last_published_at) as integer)
        - cast(extract(second from title_counts.first_published_at) as integer) as double
    ) / 3600 as span_hours,
from title_counts
inner join ranked_articles
    on
        title_counts.canonical_title = ranked_articles.canonical_title
        and ranked_articles.article_rank = 1
order by title_counts.canonical_title
