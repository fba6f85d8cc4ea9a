-- Which topics are there, and how many articles has each?
-- Grain: one topic.
select
    topic,
    cast(count(*) as bigint) as article_count,
from article_topics
group by topic
order by topic
