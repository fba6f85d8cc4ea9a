-- An item stands in one list more than once: counts of mentions count it as often.
-- Consequence: An outlet listed twice by one article seems to be listed by two.
-- Cure: Use distinct_item_count or listing_article_count instead of mention_count.
select
    'related_items' as relation,
    concat_ws(' ', article_id, cast(min(related_position) as varchar)) as key_value,
    concat_ws(' ', 'item stands', cast(count(*) as varchar), 'times in one list') as problem,
from related_items
where canonical_url is not null
group by article_id, canonical_url
having count(*) > 1
order by key_value
