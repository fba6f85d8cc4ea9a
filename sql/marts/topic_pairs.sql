-- Which topics occur together more often than chance would have it?
-- Grain: one pair of topics (topic_a before topic_b) that at least one article has. Topics with
-- most articles come first, as long as all their pairs, with a row or without, are no more than a
-- million and ten for each article of the archive.
with archive_total as (
    select cast(count(*) as double) as article_count,
    from articles
),

ranked_topics as (
    select
        topic,
        article_count,
        row_number() over (order by article_count desc, topic asc) as topic_rank,
    from topics
),

numbered_topics as (
    select
        ranked_topics.topic,
        ranked_topics.article_count,
        cast(row_number() over (order by ranked_topics.topic) as integer) as topic_number,
    from ranked_topics
    cross join archive_total
    where
        ranked_topics.topic_rank * (ranked_topics.topic_rank - 1)
        <= (1000000 + 10 * archive_total.article_count) * 2
),

topic_numbers as (
    select
        article_topics.article_id,
        numbered_topics.topic_number,
    from article_topics
    inner join numbered_topics on article_topics.topic = numbered_topics.topic
),

pairs as (
    select
        first_topics.topic_number as number_a,
        second_topics.topic_number as number_b,
        count(*) as article_count,
    from topic_numbers as first_topics
    inner join topic_numbers as second_topics
        on
            first_topics.article_id = second_topics.article_id
            and first_topics.topic_number < second_topics.topic_number
    group by first_topics.topic_number, second_topics.topic_number
),

pair_measures as (
    select
        topics_a.topic as topic_a,
        topics_b.topic as topic_b,
        pairs.article_count,
        cast(pairs.article_count as double) / archive_total.article_count as support,
        cast(pairs.article_count as double)
        / (topics_a.article_count + topics_b.article_count - pairs.article_count) as jaccard,
        cast(pairs.article_count as double) * archive_total.article_count
        / (cast(topics_a.article_count as double) * topics_b.article_count) as lift,
        cast(topics_a.article_count as double) * topics_b.article_count
        < 5 * archive_total.article_count as is_small_group,
    from pairs
    cross join archive_total
    inner join numbered_topics as topics_a on pairs.number_a = topics_a.topic_number
    inner join numbered_topics as topics_b on pairs.number_b = topics_b.topic_number
)

select
    topic_a,
    topic_b,
    cast(article_count as bigint) as article_count,
    support,
    jaccard,
    lift,
    case when support < 1 then ln(lift) / -ln(support) end as npmi,
    is_small_group,
from pair_measures
order by topic_a, topic_b
