-- How many page texts are linked, and to what?
-- Grain: one kind of first link.
select
    target_kind,
    count(*) as page_count,
from page_links
where rank = 1
group by target_kind
order by page_count desc, target_kind asc
