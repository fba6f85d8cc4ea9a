-- What the tables and marts count adds up to the rows they count.
-- Consequence: A mart would count more or fewer rows than there are.
-- Cure: The archive is not to blame: run again with --force; if the rows stay, report them. The
-- former build is still there.
with ranked_days as (
    select
        published_date,
        sum(count(*)) over (order by published_date) as reached_count,
        sum(count(*)) over () as total_count,
    from articles
    group by published_date
),

middle_day as (
    select min(published_date) as middle_date,
    from ranked_days
    where reached_count * 2 >= total_count
),

plausible_articles as (
    select
        articles.article_id,
        articles.provider_domain,
        articles.quality,
    from articles
    cross join middle_day
    where abs(date_diff('day', middle_day.middle_date, articles.published_date)) <= 54787
),

ranked_topics as (
    select
        topic,
        row_number() over (order by article_count desc, topic asc) as topic_rank,
    from topics
),

paired_topics as (
    select topic,
    from ranked_topics
    where topic_rank * (topic_rank - 1) // 2 <= (select 1000000 + 10 * count(*), from articles)
),

shown_domains as (
    select provider_domain,
    from provider_monthly
    group by provider_domain
),

shown_topics as (
    select topic,
    from topic_monthly
    group by topic
),

paired_counts as (
    select count(*) as topic_count,
    from article_topics
    inner join paired_topics on article_topics.topic = paired_topics.topic
    group by article_topics.article_id
),

ranked_domains as (
    select
        provider_domain,
        row_number() over (order by article_count desc, provider_domain asc) as domain_rank,
    from providers
    where article_count > 0
),

paired_domains as (
    select provider_domain,
    from ranked_domains
    where domain_rank * (domain_rank - 1) // 2 <= (select 1000000 + 10 * count(*), from articles)
),

story_counts as (
    select
        min(articles.provider_domain) <> max(articles.provider_domain) as has_domains,
        min(articles.provider_domain) <> max(articles.provider_domain)
        or min(coalesce(articles.provider_name, articles.provider_domain))
        <> max(coalesce(articles.provider_name, articles.provider_domain)) as has_publishers,
        count(distinct paired_domains.provider_domain) as paired_count,
        count(*) filter (where articles.published_precision <> 'time') as untimed_count,
    from story_articles
    inner join articles on story_articles.article_id = articles.article_id
    left join paired_domains on articles.provider_domain = paired_domains.provider_domain
    group by story_articles.story_id
),

totals as (
    select
        'daily_coverage' as relation,
        (select count(*), from plausible_articles) as expected,
        (select sum(article_count), from daily_coverage) as found,
    union all
    select
        'image_hosts' as relation,
        (select count(host), from images) as expected,
        (select sum(image_count), from image_hosts) as found,
    union all
    select
        'provider_monthly' as relation,
        (
            select count(*),
            from plausible_articles
            inner join shown_domains
                on plausible_articles.provider_domain = shown_domains.provider_domain
        ) as expected,
        (select sum(article_count), from provider_monthly) as found,
    union all
    select
        'provider_names' as relation,
        (select count(provider_name), from articles) as expected,
        (select sum(article_count), from provider_names) as found,
    union all
    select
        'providers' as relation,
        (select count(*), from articles) as expected,
        (select sum(article_count), from providers) as found,
    union all
    select
        'provider_pairs' as relation,
        (
            select sum(paired_count * (paired_count - 1) // 2),
            from story_counts
        ) as expected,
        (select sum(shared_story_count), from provider_pairs) as found,
    union all
    select
        'provider_publishers' as relation,
        (select count(*), from articles) as expected,
        (select sum(article_count), from provider_publishers) as found,
    union all
    select
        'provider_publishers' as relation,
        (
            select count(*),
            from story_counts
            where has_publishers and untimed_count = 0
        ) as expected,
        (
            select cast(floor(sum(first_count) + 0.001) as bigint),
            from provider_publishers
        ) as found,
    union all
    select
        'provider_publishers' as relation,
        (
            select count(*),
            from story_counts
            where has_publishers and untimed_count = 0
        ) as expected,
        (
            select cast(floor(sum(expected_first_count) + 0.001) as bigint),
            from provider_publishers
        ) as found,
    union all
    select
        'provider_timeliness' as relation,
        (
            select count(*),
            from story_counts
            where has_domains and untimed_count = 0
        ) as expected,
        (
            select cast(floor(sum(first_count) + 0.001) as bigint),
            from provider_timeliness
        ) as found,
    union all
    select
        'provider_timeliness' as relation,
        (
            select count(*),
            from story_counts
            where has_domains and untimed_count = 0
        ) as expected,
        (
            select cast(floor(sum(expected_first_count) + 0.001) as bigint),
            from provider_timeliness
        ) as found,
    union all
    select
        'quality_factors' as relation,
        (
            select
                count(*) * 4 + count(has_amp) + count(image_count) + count(topic_count)
                + count(related_count),
            from articles
        ) as expected,
        (select sum(article_count), from quality_factors) as found,
    union all
    select
        'quality_monthly' as relation,
        (select count(*) + count(quality), from plausible_articles) as expected,
        (select sum(article_count + rated_article_count), from quality_monthly) as found,
    union all
    select
        'stories' as relation,
        (select count(*), from articles) as expected,
        (select sum(article_count), from stories) as found,
    union all
    select
        'story_articles' as relation,
        (select count(*), from articles) as expected,
        (select count(distinct article_id), from story_articles) as found,
    union all
    select
        'topic_monthly' as relation,
        (
            select count(*),
            from article_topics
            inner join plausible_articles
                on article_topics.article_id = plausible_articles.article_id
            inner join shown_topics on article_topics.topic = shown_topics.topic
        ) as expected,
        (select sum(article_count), from topic_monthly) as found,
    union all
    select
        'topic_pairs' as relation,
        (select sum(topic_count * (topic_count - 1) // 2), from paired_counts) as expected,
        (select sum(article_count), from topic_pairs) as found,
    union all
    select
        'topic_providers' as relation,
        (select count(*), from article_topics) as expected,
        (select sum(article_count), from topic_providers) as found,
    union all
    select
        'topic_summary' as relation,
        (select count(*), from article_topics) as expected,
        (select sum(article_count), from topic_summary) as found,
    union all
    select
        'topics' as relation,
        (select count(*), from article_topics) as expected,
        (select sum(article_count), from topics) as found,
)

select
    relation,
    'all' as key_value,
    'counts do not add up to the rows counted' as problem,
from totals
where coalesce(expected, 0) <> coalesce(found, 0)
order by relation
