-- Of which articles do the page texts tell?
-- Grain: one page, the fifteen with the best first link; pages without a link come last.
select
    pages.page_id,
    coalesce(pages.headline, pages.source_path) as headline,
    page_links.target_kind,
    page_links.title,
    page_links.score,
    page_links.matched_term_count,
    page_links.method,
    page_links.link_note,
from page_links
inner join pages on page_links.page_id = pages.page_id
where page_links.rank = 1
order by page_links.score desc nulls last, page_links.page_id asc
limit 15
