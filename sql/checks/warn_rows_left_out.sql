-- A mart is full: with all topics or domains it would have more than a million rows and ten for
-- each article of the archive; those with fewest articles are left out.
-- Consequence: Sums over the mart are less than the archive, and rare names have no row.
-- Cure: Count rare names from `articles` and `article_topics` by a query of your own.
with ranked_topics as (
    select
        topic,
        row_number() over (order by article_count desc, topic asc) as topic_rank,
    from topics
),

ranked_domains as (
    select
        provider_domain,
        row_number() over (order by article_count desc, provider_domain asc) as domain_rank,
    from providers
    where article_count > 0
),

left_out as (
    select
        'provider_monthly' as relation,
        articles.provider_domain as key_value,
    from articles
    inner join daily_coverage on articles.published_date = daily_coverage.date
    left join provider_monthly on articles.provider_domain = provider_monthly.provider_domain
    where provider_monthly.provider_domain is null
    group by articles.provider_domain
    union all
    select
        'provider_pairs' as relation,
        provider_domain as key_value,
    from ranked_domains
    where domain_rank * (domain_rank - 1) // 2 > (select 1000000 + 10 * count(*), from articles)
    union all
    select
        'topic_monthly' as relation,
        topics.topic as key_value,
    from topics
    left join topic_monthly on topics.topic = topic_monthly.topic
    where topic_monthly.topic is null
    union all
    select
        'topic_pairs' as relation,
        topic as key_value,
    from ranked_topics
    where topic_rank * (topic_rank - 1) // 2 > (select 1000000 + 10 * count(*), from articles)
)

select
    relation,
    key_value,
    'left out, with fewer articles than others, where the mart is full' as problem,
from left_out
order by relation, key_value
