-- Which topics have gained or lost the largest share of the articles from 2021 to 2022?
-- Grain: one topic with articles in either year, the five that gained and the five that lost most.
with year_totals as (
    select
        cast(sum(article_count) filter (where extract(year from month) = 2021) as double)
            as article_count_2021,
        cast(sum(article_count) filter (where extract(year from month) = 2022) as double)
            as article_count_2022,
    from quality_monthly
),

topic_years as (
    select
        topic,
        sum(article_count) filter (where extract(year from month) = 2021) as article_count_2021,
        sum(article_count) filter (where extract(year from month) = 2022) as article_count_2022,
    from topic_monthly
    group by topic
),

topic_changes as (
    select
        topic_years.topic,
        topic_years.article_count_2021,
        topic_years.article_count_2022,
        topic_years.article_count_2022 / nullif(year_totals.article_count_2022, 0)
        - topic_years.article_count_2021 / nullif(year_totals.article_count_2021, 0)
            as share_change,
    from topic_years
    cross join year_totals
    where topic_years.article_count_2021 + topic_years.article_count_2022 > 0
),

ranked_topics as (
    select
        topic,
        article_count_2021,
        article_count_2022,
        share_change,
        row_number() over (order by share_change desc, topic asc) as gain_rank,
        row_number() over (order by share_change asc, topic asc) as loss_rank,
    from topic_changes
)

select
    topic,
    cast(article_count_2021 as bigint) as article_count_2021,
    cast(article_count_2022 as bigint) as article_count_2022,
    share_change,
from ranked_topics
where gain_rank <= 5 or loss_rank <= 5
order by gain_rank
