-- Which topics go together, or avoid each other, more than chance would have it?
-- Grain: one pair of topics, without those of nearly all articles, the fifteen farthest from
-- chance; pairs of which chance would give fewer than 5 articles come last, by articles.
select
    topic_pairs.topic_a,
    topic_pairs.topic_b,
    topic_pairs.article_count,
    topic_pairs.jaccard,
    topic_pairs.lift,
    topic_pairs.npmi,
    topic_pairs.is_small_group,
from topic_pairs
inner join topic_summary as topic_a on topic_pairs.topic_a = topic_a.topic
inner join topic_summary as topic_b on topic_pairs.topic_b = topic_b.topic
where not topic_a.is_universal and not topic_b.is_universal
order by
    topic_pairs.is_small_group asc,
    case when topic_pairs.is_small_group then 0 else abs(coalesce(topic_pairs.npmi, 0)) end desc,
    topic_pairs.article_count desc,
    topic_pairs.topic_a asc,
    topic_pairs.topic_b asc
limit 15
