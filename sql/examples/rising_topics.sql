-- Which topics have gained or lost the largest share of the articles since a month, against the
-- time before it?
-- Grain: one topic, the five that gained and the five that lost most. Parameter: since, a month; by
-- default the one in the middle of the months with articles.
with numbered_months as (
    select
        month,
        row_number() over (order by month) as month_rank,
        count(*) over () as month_count,
    from quality_monthly
    where article_count > 0
),

parameters as (
    select month as since,
    from numbered_months
    where month_rank = month_count // 2 + 1
),

totals as (
    select
        cast(
            sum(quality_monthly.article_count) filter (
                where quality_monthly.month < parameters.since
            ) as double
        ) as article_count_before,
        cast(
            sum(quality_monthly.article_count) filter (
                where quality_monthly.month >= parameters.since
            ) as double
        ) as article_count_after,
    from quality_monthly
    cross join parameters
),

topic_counts as (
    select
        topic_monthly.topic,
        coalesce(
            sum(topic_monthly.article_count) filter (where topic_monthly.month < parameters.since),
            0
        ) as article_count_before,
        coalesce(
            sum(topic_monthly.article_count) filter (where topic_monthly.month >= parameters.since),
            0
        ) as article_count_after,
    from topic_monthly
    cross join parameters
    group by topic_monthly.topic
),

topic_changes as (
    select
        topic_counts.topic,
        topic_counts.article_count_before,
        topic_counts.article_count_after,
        coalesce(topic_counts.article_count_after / nullif(totals.article_count_after, 0), 0)
        - coalesce(topic_counts.article_count_before / nullif(totals.article_count_before, 0), 0)
            as share_change,
    from topic_counts
    cross join totals
),

ranked_topics as (
    select
        topic,
        article_count_before,
        article_count_after,
        share_change,
        row_number() over (order by share_change desc, topic asc) as gain_rank,
        row_number() over (order by share_change asc, topic asc) as loss_rank,
    from topic_changes
)

select
    topic,
    cast(article_count_before as bigint) as article_count_before,
    cast(article_count_after as bigint) as article_count_after,
    share_change,
from ranked_topics
where gain_rank <= 5 or loss_rank <= 5
order by gain_rank
