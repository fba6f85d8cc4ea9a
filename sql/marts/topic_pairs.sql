-- Which topics occur together more often than chance would have it?
-- Grain: one pair of topics (topic_a before topic_b) that at least one article has.
with archive_total as (
    select cast(count(*) as double) as article_count,
    from articles
),

pairs as (
    select
        first_topics.topic as topic_a,
        second_topics.topic as topic_b,
        count(*) as article_count,
    from article_topics as first_topics
    inner join article_topics as second_topics
        on
            first_topics.article_id = second_topics.article_id
            and first_topics.topic < second_topics.topic
    group by first_topics.topic, second_topics.topic
),

pair_measures as (
    select
        pairs.topic_a,
        pairs.topic_b,
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
    inner join topics as topics_a on pairs.topic_a = topics_a.topic
    inner join topics as topics_b on pairs.topic_b = topics_b.topic
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
