-- Which articles of a domain list items of another?
-- Grain: one article and one domain of its list.
select
    related_items.article_id,
    articles.provider_domain as from_domain,
    related_items.provider_domain as to_domain,
from related_items
inner join articles on related_items.article_id = articles.article_id
where related_items.provider_domain is not null
