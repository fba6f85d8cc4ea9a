-- Which topics occur together more often than by chance, and in more than a few cases?
-- Grain: one pair of topics that at least three articles have, the closest pairs first.
select
    topic_a,
    topic_b,
    article_count,
    jaccard,
    npmi,
    is_small_group,
from topic_pairs
where article_count >= 3
order by npmi desc, topic_a asc, topic_b asc
