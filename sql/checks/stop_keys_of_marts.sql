-- Every key of a mart names exactly one row and is never NULL.
with offenders as (
    select
        'daily_coverage' as relation,
        cast(date as varchar) as key_value,
    from daily_coverage
    group by date
    having count(*) > 1 or date is null
    union all
    select
        'data_completeness' as relation,
        concat_ws(' ', table_name, column_name) as key_value,
    from data_completeness
    group by table_name, column_name
    having count(*) > 1 or table_name is null or column_name is null
    union all
    select
        'image_hosts' as relation,
        concat_ws(' ', host, owner) as key_value,
    from image_hosts
    group by host, owner
    having count(*) > 1 or host is null or owner is null
    union all
    select
        'page_links' as relation,
        concat_ws(' ', page_id, cast(rank as varchar)) as key_value,
    from page_links
    group by page_id, rank
    having count(*) > 1 or page_id is null or rank is null
    union all
    select
        'page_mentions' as relation,
        concat_ws(' ', page_id, kind, value) as key_value,
    from page_mentions
    group by page_id, kind, value
    having count(*) > 1 or page_id is null or kind is null or value is null
    union all
    select
        'provider_links' as relation,
        concat_ws(' ', from_domain, to_domain) as key_value,
    from provider_links
    group by from_domain, to_domain
    having count(*) > 1 or from_domain is null or to_domain is null
    union all
    select
        'provider_monthly' as relation,
        concat_ws(' ', provider_domain, cast(month as varchar)) as key_value,
    from provider_monthly
    group by provider_domain, month
    having count(*) > 1 or provider_domain is null or month is null
    union all
    select
        'provider_publishers' as relation,
        concat_ws(' ', provider_domain, provider_name) as key_value,
    from provider_publishers
    group by provider_domain, provider_name
    having count(*) > 1 or provider_domain is null or provider_name is null
    union all
    select
        'provider_summary' as relation,
        provider_domain as key_value,
    from provider_summary
    group by provider_domain
    having count(*) > 1 or provider_domain is null
    union all
    select
        'provider_timeliness' as relation,
        provider_domain as key_value,
    from provider_timeliness
    group by provider_domain
    having count(*) > 1 or provider_domain is null
    union all
    select
        'quality_distribution' as relation,
        concat_ws(' ', role, type, cast(quality_bucket as varchar)) as key_value,
    from quality_distribution
    group by role, type, quality_bucket
    having count(*) > 1 or role is null or type is null or quality_bucket is null
    union all
    select
        'quality_factors' as relation,
        concat_ws(' ', factor, level) as key_value,
    from quality_factors
    group by factor, level
    having count(*) > 1 or factor is null or level is null
    union all
    select
        'quality_monthly' as relation,
        cast(month as varchar) as key_value,
    from quality_monthly
    group by month
    having count(*) > 1 or month is null
    union all
    select
        'stories' as relation,
        story_id as key_value,
    from stories
    group by story_id
    having count(*) > 1 or story_id is null
    union all
    select
        'story_articles' as relation,
        concat_ws(' ', story_id, article_id) as key_value,
    from story_articles
    group by story_id, article_id
    having count(*) > 1 or story_id is null or article_id is null
    union all
    select
        'syndication' as relation,
        canonical_title as key_value,
    from syndication
    group by canonical_title
    having count(*) > 1 or canonical_title is null
    union all
    select
        'topic_monthly' as relation,
        concat_ws(' ', topic, cast(month as varchar)) as key_value,
    from topic_monthly
    group by topic, month
    having count(*) > 1 or topic is null or month is null
    union all
    select
        'topic_pairs' as relation,
        concat_ws(' ', topic_a, topic_b) as key_value,
    from topic_pairs
    group by topic_a, topic_b
    having count(*) > 1 or topic_a is null or topic_b is null
    union all
    select
        'topic_providers' as relation,
        concat_ws(' ', topic, provider_domain) as key_value,
    from topic_providers
    group by topic, provider_domain
    having count(*) > 1 or topic is null or provider_domain is null
    union all
    select
        'topic_summary' as relation,
        topic as key_value,
    from topic_summary
    group by topic
    having count(*) > 1 or topic is null
)

select
    relation,
    key_value,
    'key is NULL or names several rows' as problem,
from offenders
order by relation, key_value
