-- What do the page texts name?
-- Grain: one provider, topic or day, the fifteen that most pages name.
select
    kind,
    value,
    count(*) as page_count,
    cast(sum(mention_count) as bigint) as mention_count,
from page_mentions
group by kind, value
order by page_count desc, mention_count desc, kind asc, value asc
limit 15
