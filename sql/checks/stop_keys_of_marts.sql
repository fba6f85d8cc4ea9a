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
        'provider_monthly' as relation,
        concat_ws(' ', provider_domain, cast(month as varchar)) as key_value,
    from provider_monthly
    group by provider_domain, month
    having count(*) > 1 or provider_domain is null or month is null
    union all
    select
        'provider_summary' as relation,
        provider_domain as key_value,
    from provider_summary
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
        'quality_monthly' as relation,
        cast(month as varchar) as key_value,
    from quality_monthly
    group by month
    having count(*) > 1 or month is null
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
