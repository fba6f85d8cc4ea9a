-- How did the volume and share of each topic develop month by month?
-- Grain: one topic and one month; every topic has every month of the calendar of daily_coverage.
-- Topics with most articles come first, as long as all their rows are no more than a million and
-- ten for each article of the archive.
with calendar as (
    select
        cast(date_trunc('month', date) as date) as month,
        sum(article_count) as article_count,
    from daily_coverage
    group by cast(date_trunc('month', date) as date)
),

row_limits as (
    select
        count(*) as month_count,
        sum(article_count) * 10 + 1000000 as most_rows,
    from calendar
),

ranked_topics as (
    select
        topic,
        row_number() over (order by article_count desc, topic asc) as topic_rank,
    from topics
),

monthly_topics as (
    select
        article_topics.topic,
        cast(date_trunc('month', articles.published_date) as date) as month,
        count(*) as article_count,
    from article_topics
    inner join articles on article_topics.article_id = articles.article_id
    inner join daily_coverage on articles.published_date = daily_coverage.date
    group by article_topics.topic, cast(date_trunc('month', articles.published_date) as date)
),

topic_months as (
    select
        ranked_topics.topic,
        calendar.month,
        coalesce(monthly_topics.article_count, 0) as article_count,
        nullif(calendar.article_count, 0) as month_article_count,
    from ranked_topics
    cross join row_limits
    cross join calendar
    left join monthly_topics
        on ranked_topics.topic = monthly_topics.topic and calendar.month = monthly_topics.month
    where ranked_topics.topic_rank * row_limits.month_count <= row_limits.most_rows
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
    topic_trends.topic,
    topic_trends.month,
    cast(topic_trends.article_count as bigint) as article_count,
    cast(topic_trends.article_count as double)
    / cast(topic_trends.month_article_count as double) as article_share,
    cast(topic_trends.moving_average_3 as double) as moving_average_3,
    cast(topic_trends.article_count - topic_trends.previous_count as double)
    / nullif(topic_trends.previous_count, 0) as growth_rate,
    coalesce(topic_trends.previous_count, 0) < 30 as is_small_group,
    break_months.month is not null as is_break,
from topic_trends
left join break_months on topic_trends.month = break_months.month
order by topic_trends.topic, topic_trends.month
