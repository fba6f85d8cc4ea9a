-- Which outlets are listed, although the archive holds no article of theirs?
-- Grain: one provider domain without articles.
select
    provider_domain,
    provider_name,
    mention_count,
    distinct_item_count,
    listing_article_count,
from provider_summary
where article_count = 0
order by listing_article_count desc, provider_domain asc
