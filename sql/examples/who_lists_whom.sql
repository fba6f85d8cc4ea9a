-- Which outlets does an outlet list most, itself left out, and is it listed back?
-- Grain: one pair of domains, the ten with most listing articles.
select
    from_domain,
    to_domain,
    listing_article_count,
    mention_count,
    distinct_item_count,
    mention_share,
    reverse_mention_count,
    reciprocity,
    has_direction,
from provider_links
where from_domain <> to_domain
order by listing_article_count desc, mention_count desc, from_domain asc, to_domain asc
limit 10
