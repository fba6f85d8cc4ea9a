-- Which texts ran on several domains, and where first?
-- Grain: one canonical title that at least two domains carry.
with titles as (
    select
        article_id,
        provider_domain,
        provider_name,
        published_at,
        lower(title) as title,
        lower(regexp_extract(title, '^(.*\S)\s+[|–—-]\s+(\S.*)$', 1)) as title_head,
        lower(regexp_extract(title, '^(.*\S)\s+[|–—-]\s+(\S.*)$', 2)) as title_suffix,
    from articles
),

titled_articles as (
    select
        article_id,
        provider_domain,
        published_at,
        date_diff('day', date '1970-01-01', cast(published_at as date)) * 86400
        + extract(hour from published_at) * 3600
        + extract(minute from published_at) * 60
        + cast(extract(second from published_at) as integer) as published_second,
        case
            when
                title_suffix in (
                    lower(provider_name), provider_domain, split_part(provider_domain, '.', 1)
                )
                then title_head
            else title
        end as canonical_title,
    from titles
),

shared_titles as (
    select
        canonical_title,
        count(*) as article_count,
        count(distinct provider_domain) as provider_count,
        min(published_second) as first_second,
        max(published_second) as last_second,
    from titled_articles
    group by canonical_title
    having min(provider_domain) <> max(provider_domain)
),

ranked_articles as (
    select
        titled_articles.canonical_title,
        titled_articles.provider_domain,
        titled_articles.published_at,
        row_number() over (
            partition by titled_articles.canonical_title
            order by titled_articles.published_at asc, titled_articles.article_id asc
        ) as article_rank,
        min(titled_articles.provider_domain) over (
            partition by titled_articles.canonical_title, titled_articles.published_at
        ) <> max(titled_articles.provider_domain) over (
            partition by titled_articles.canonical_title, titled_articles.published_at
        ) as is_tied,
    from titled_articles
    inner join shared_titles on titled_articles.canonical_title = shared_titles.canonical_title
)

select
    shared_titles.canonical_title,
    cast(shared_titles.provider_count as bigint) as provider_count,
    cast(shared_titles.article_count as bigint) as article_count,
    ranked_articles.provider_domain as first_provider,
    ranked_articles.is_tied as is_first_tied,
    ranked_articles.published_at as first_published_at,
    cast(shared_titles.last_second - shared_titles.first_second as double) / 3600 as span_hours,
from shared_titles
inner join ranked_articles
    on
        shared_titles.canonical_title = ranked_articles.canonical_title
        and ranked_articles.article_rank = 1
order by shared_titles.canonical_title
