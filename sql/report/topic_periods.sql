-- When was each topic covered?
-- Grain: one of the twelve largest topics, without those of nearly all articles, and one period: a
-- month where the archive spans less than three years, a quarter where less than ten, else a year.
-- `shade` is the number of articles, by the highest of the topic.
with largest as (
    select
        topic,
        row_number() over (order by article_count desc, topic asc) as topic_rank,
    from topic_summary
    where not is_universal
),

span as (
    select date_diff('day', min(month), max(month)) as day_count,
    from topic_monthly
),

periods as (
    select
        largest.topic,
        largest.topic_rank,
        cast(
            case
                when span.day_count < 1096 then topic_monthly.month
                when span.day_count < 3653 then date_trunc('quarter', topic_monthly.month)
                else date_trunc('year', topic_monthly.month)
            end as date
        ) as period,
        case
            when span.day_count < 1096 then 'month'
            when span.day_count < 3653 then 'quarter'
            else 'year'
        end as grain,
        cast(sum(topic_monthly.article_count) as bigint) as article_count,
        max(case when topic_monthly.is_break then 1 else 0 end) = 1 as is_break,
    from topic_monthly
    inner join largest on topic_monthly.topic = largest.topic
    cross join span
    where largest.topic_rank <= 12
    group by largest.topic, largest.topic_rank, period, grain
)

select
    topic,
    topic_rank,
    period,
    grain,
    article_count,
    coalesce(
        cast(article_count as double) / nullif(max(article_count) over (partition by topic), 0), 0
    ) as shade,
    is_break,
from periods
order by topic_rank, period
