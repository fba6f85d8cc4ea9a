-- The calendars of the marts have no gap and end where the articles do.
-- Consequence: A chart over time would leave out periods without articles, or end too early.
-- Cure: The archive is not to blame: run again with --force; if the rows stay, report them. The
-- former build is still there.
with month_calendars as (
    select
        'provider_monthly' as relation,
        provider_domain as key_value,
        count(*) as period_count,
        min(month) as first_month,
        max(month) as last_month,
    from provider_monthly
    group by provider_domain
    union all
    select
        'quality_monthly' as relation,
        'archive' as key_value,
        count(*) as period_count,
        min(month) as first_month,
        max(month) as last_month,
    from quality_monthly
    union all
    select
        'series_breaks' as relation,
        series as key_value,
        count(*) as period_count,
        min(month) as first_month,
        max(month) as last_month,
    from series_breaks
    group by series
    union all
    select
        'topic_monthly' as relation,
        topic as key_value,
        count(*) as period_count,
        min(month) as first_month,
        max(month) as last_month,
    from topic_monthly
    group by topic
),

ranked_days as (
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
        articles.provider_domain,
        articles.published_date,
    from articles
    cross join middle_day
    where abs(date_diff('day', middle_day.middle_date, articles.published_date)) <= 54787
),

article_calendar as (
    select
        min(published_date) as first_date,
        max(published_date) as last_date,
    from plausible_articles
),

provider_calendars as (
    select
        provider_domain,
        min(published_date) as first_date,
        max(published_date) as last_date,
    from plausible_articles
    group by provider_domain
),

expected_calendars as (
    select
        month_calendars.relation,
        month_calendars.key_value,
        month_calendars.period_count,
        month_calendars.first_month,
        month_calendars.last_month,
        cast(
            date_trunc('month', coalesce(
                provider_calendars.first_date, article_calendar.first_date
            )) as date
        ) as first_expected,
        cast(
            date_trunc('month', coalesce(
                provider_calendars.last_date, article_calendar.last_date
            )) as date
        ) as last_expected,
    from month_calendars
    cross join article_calendar
    left join provider_calendars
        on
            month_calendars.relation = 'provider_monthly'
            and month_calendars.key_value = provider_calendars.provider_domain
),

day_calendar as (
    select
        count(*) as day_count,
        min(date) as first_date,
        max(date) as last_date,
    from daily_coverage
)

select
    relation,
    key_value,
    'calendar has a gap or does not span the articles' as problem,
from expected_calendars
where
    coalesce(first_month <> first_expected, first_expected is not null)
    or coalesce(last_month <> last_expected, last_expected is not null)
    or period_count
    <> (extract(year from last_month) - extract(year from first_month)) * 12
    + extract(month from last_month) - extract(month from first_month) + 1
union all
select
    'daily_coverage' as relation,
    'archive' as key_value,
    'calendar has a gap or does not span the articles' as problem,
from day_calendar
cross join article_calendar
where
    coalesce(
        day_calendar.first_date <> article_calendar.first_date,
        article_calendar.first_date is not null
    )
    or coalesce(
        day_calendar.last_date <> article_calendar.last_date,
        article_calendar.last_date is not null
    )
    or day_calendar.day_count
    <> date_diff('day', day_calendar.first_date, day_calendar.last_date) + 1
order by relation, key_value
