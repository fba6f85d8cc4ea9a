-- What the tables and marts count adds up to the rows they count.
with totals as (
    select
        'daily_coverage' as relation,
        (select count(*), from articles) as expected,
        (select sum(article_count), from daily_coverage) as found,
    union all
    select
        'image_hosts' as relation,
        (select count(host), from images) as expected,
        (select sum(image_count), from image_hosts) as found,
    union all
    select
        'provider_monthly' as relation,
        (select count(*), from articles) as expected,
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
        'provider_publishers' as relation,
        (select count(*), from articles) as expected,
        (select sum(article_count), from provider_publishers) as found,
    union all
    select
        'quality_factors' as relation,
        (select count(*) * 8, from articles) as expected,
        (select sum(article_count), from quality_factors) as found,
    union all
    select
        'quality_monthly' as relation,
        (select count(*) + count(quality), from articles) as expected,
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
        (select count(*), from article_topics) as expected,
        (select sum(article_count), from topic_monthly) as found,
    union all
    select
        'topic_pairs' as relation,
        (select sum(topic_count * (topic_count - 1) // 2), from articles) as expected,
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
