-- An item stands in one list more than once: counts of mentions count it as often.
select
    'related_items' as relation,
    concat_ws(' ', article_id, cast(min(related_position) as varchar)) as key_value,
    concat_ws(' ', 'item stands', cast(count(*) as varchar), 'times in one list') as problem,
from related_items
where canonical_url is not null
group by article_id, canonical_url
having count(*) > 1
order by key_value
