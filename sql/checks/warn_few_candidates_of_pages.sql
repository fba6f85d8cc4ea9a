-- Pages have so many words that page_links compares each with fewer than 500 candidates.
with word_counts as (
    select
        page_id,
        sum(word_count) over () as word_count,
        row_number() over (order by page_id) as page_rank,
    from page_paragraphs
)

select
    'page_links' as relation,
    page_id as key_value,
    'pages have too many words to compare each with 500 candidates' as problem,
from word_counts
where
    page_rank = 1
    and word_count * 500 > (select 10000000 + 2000 * count(*), from articles)
order by page_id
