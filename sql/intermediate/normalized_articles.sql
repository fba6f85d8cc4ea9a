-- What makes articles comparable: the title without the outlet's name, and the time in seconds?
-- Grain: one article.
-- Few titles have one of the marks, and to look for it costs far less than the pattern.
with suffixed_titles as (
    select
        article_id,
        case
            when
                title like '%|%' or title like '%–%' or title like '%—%' or title like '%-%'
                then lower(regexp_extract(title, '^(.*\S)\s+[|–—-]\s+(\S.*)$', 2))
        end as title_suffix,
        title,
        excerpt,
        canonical_url,
        provider_domain,
        provider_name,
        published_at,
    from articles
)

select
    article_id,
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
    excerpt,
    canonical_url,
    provider_domain,
    provider_name,
    published_at,
    cast(
        date_diff('day', date '1970-01-01', cast(published_at as date)) * 86400
        + extract(hour from published_at) * 3600
        + extract(minute from published_at) * 60
        + cast(extract(second from published_at) as integer) as bigint
    ) as published_second,
from suffixed_titles
