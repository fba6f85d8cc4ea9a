-- How did the volume and share of each topic develop month by month?
-- Grain: one topic and one month; every topic has every month of the archive.
with recursive month_totals as (
    select
        cast(date_trunc('month', published_at) as date) as month,
        count(*) as article_count,
    from articles
    group by cast(date_trunc('month', published_at) as date)
),

archive_span as (
    select
        extract(year from min(month)) * 12 + extract(month from min(month)) - 1 as first_index,
        extract(year from max(month)) * 12 + extract(month from max(month)) - 1 as last_index,
    from month_totals
),

-- The numbers from 1 to the months of the archive; doubling keeps the recursion shallow.
month_numbers as (
    select 1 as n,
    from archive_span
    where last_index >= first_index
    union all
    select month_numbers.n * 2 + bits.bit as n,
    from month_numbers
    cross join (values (0), (1)) as bits (bit)
    cross join archive_span
    where
        month_numbers.n * 2 + bits.bit
        <= archive_span.last_index - archive_span.first_index + 1
),

calendar as (
    select
        make_date(
            cast((archive_span.first_index + month_numbers.n - 1) // 12 as integer),
            cast((archive_span.first_index + month_numbers.n - 1) % 12 + 1 as integer),
            1
        ) as month,
    from month_numbers
    cross join archive_span
),

monthly_topics as (
    select
        article_topics.topic,
        cast(date_trunc('month', articles.published_at) as date) as month,
        count(*) as article_count,
    from article_topics
    inner join articles on article_topics.article_id = articles.article_id
    group by article_topics.topic, cast(date_trunc('month', articles.published_at) as date)
),

topic_months as (
    select
        topics.topic,
        calendar.month,
        coalesce(monthly_topics.article_count, 0) as article_count,
        month_totals.article_count as month_article_count,
    from topics
    cross join calendar
    left join month_totals on calendar.month = month_totals.month
    left join monthly_topics
        on topics.topic = monthly_topics.topic and calendar.month = monthly_topics.month
),

topic_trends as (
    select
        topic,
        month,
        article_count,
        month_article_count,
        avg(article_count) over (
            partition by topic order by month rows between 2 preceding and current row
        ) as moving_average_3,
        lag(article_count) over (partition by topic order by month) as previous_count,
    from topic_months
)

select
    topic,
    month,
    cast(article_count as bigint) as article_count,
    cast(article_count as double) / month_article_count as article_share,
    cast(moving_average_3 as double) as moving_average_3,
    cast(article_count - previous_count as double) / nullif(previous_count, 0) as growth_rate,
    coalesce(previous_count, 0) < 30 as is_small_group,
from topic_trends
order by topic, month
