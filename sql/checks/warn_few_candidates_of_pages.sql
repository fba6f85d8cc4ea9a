-- There are so many pages that page_links compares each with fewer than 500 candidates.
-- Consequence: The best article of a page may not have been among the candidates.
-- Cure: Split the pages into several archives, or take links with a low score for guesses.
with counted_pages as (
    select
        page_id,
        count(*) over () as page_count,
        row_number() over (order by page_id) as page_rank,
    from pages
)

select
    'page_links' as relation,
    page_id as key_value,
    'there are too many pages to compare each with 500 candidates' as problem,
from counted_pages
where
    page_rank = 1
    and page_count * 500 > (select 4000000 + 2000 * count(*), from articles)
order by page_id
