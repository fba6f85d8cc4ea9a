-- Which texts ran on several domains, how much were they changed, and where first?
-- Grain: one group of copies, as copy_articles defines it.
with carrying_articles as (
    select
        copy_articles.copy_id,
        copy_articles.article_id,
        copy_articles.provider_domain,
        copy_articles.kind,
        copy_articles.similarity,
        normalized_articles.published_at,
        normalized_articles.published_second,
        cast(normalized_articles.published_at as date) as published_date,
        articles.published_precision = 'time' as has_time,
    from copy_articles
    inner join normalized_articles on copy_articles.article_id = normalized_articles.article_id
    inner join articles on copy_articles.article_id = articles.article_id
),

timed_firsts as (
    select
        copy_id,
        min(published_at) as published_at,
    from carrying_articles
    where has_time
    group by copy_id
),

-- Whoever may have been first: those of the first second, and those without a time up to that day.
possible_firsts as (
    select
        carrying_articles.copy_id,
        min(carrying_articles.provider_domain) as first_provider,
    from carrying_articles
    inner join timed_firsts on carrying_articles.copy_id = timed_firsts.copy_id
    where
        (carrying_articles.has_time and carrying_articles.published_at = timed_firsts.published_at)
        or (
            not carrying_articles.has_time
            and carrying_articles.published_date <= cast(timed_firsts.published_at as date)
        )
    group by carrying_articles.copy_id
    having min(carrying_articles.provider_domain) = max(carrying_articles.provider_domain)
),

first_seconds as (
    select
        copy_id,
        provider_domain,
        published_second - min(published_second) over (partition by copy_id) = 0 as is_first,
    from carrying_articles
),

tied_copies as (
    select copy_id,
    from first_seconds
    where is_first
    group by copy_id
    having min(provider_domain) <> max(provider_domain)
),

copy_measures as (
    select
        copy_id,
        case
            when count(*) filter (where kind = 'edited') > 0 then 'edited'
            when count(*) filter (where kind = 'retitled') > 0 then 'retitled'
            else 'identical'
        end as kind,
        min(similarity) as similarity,
        count(distinct provider_domain) as provider_count,
        count(*) as article_count,
        min(published_at) as first_published_at,
        max(published_second) - min(published_second) as span_seconds,
    from carrying_articles
    group by copy_id
)

select
    copy_measures.copy_id,
    articles.title,
    copy_measures.kind,
    copy_measures.similarity,
    cast(copy_measures.provider_count as bigint) as provider_count,
    cast(copy_measures.article_count as bigint) as article_count,
    possible_firsts.first_provider,
    tied_copies.copy_id is not null as is_first_tied,
    copy_measures.first_published_at,
    cast(copy_measures.span_seconds as double) / 3600 as span_hours,
from copy_measures
inner join articles on copy_measures.copy_id = articles.article_id
left join tied_copies on copy_measures.copy_id = tied_copies.copy_id
left join possible_firsts on copy_measures.copy_id = possible_firsts.copy_id
order by copy_measures.copy_id
