-- Of which articles do the page texts tell, or which list the item that they tell of?
-- Grain: one page with a link.
select
    coalesce(article_id, listing_article_id) as article_id,
    page_id,
from page_links
where rank = 1 and target_kind <> 'none'
