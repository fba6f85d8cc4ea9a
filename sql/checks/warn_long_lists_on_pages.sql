-- On a page that names dates and providers, more than 20 of one, page_links pairs only the 20 of
-- each that it names most.
-- Consequence: A pair of a date and a provider beyond these adds nothing to the score of an
-- article.
-- Cure: Most often the page is a list or an index; leave it out of the archive.
with kind_counts as (
    select
        page_id,
        count(*) filter (where kind = 'date') as date_count,
        count(*) filter (where kind = 'provider') as provider_count,
    from page_mentions
    group by page_id
)

select
    'page_links' as relation,
    page_id as key_value,
    'page names more dates or providers than page_links pairs' as problem,
from kind_counts
where greatest(date_count, provider_count) > 20 and least(date_count, provider_count) > 0
order by page_id
