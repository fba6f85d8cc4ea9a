-- What does each article list as related, and is it an article of this archive, too?
-- Grain: one related item in the list of one article, as parsed from its raw file.
select
    items.article_id,
    items.related_position,
    items.title,
    items.excerpt,
    items.published_at,
    items.type,
    items.url,
    items.canonical_url,
    items.amp_url,
    items.cdn_amp_url,
    items.provider_domain,
    items.provider_name,
    items.quality,
    items.image_count,
    url_owner.article_id as related_article_id,
    items.lag_hours,
from parsed_related_items as items
left join url_owner on items.canonical_url = url_owner.canonical_url
order by items.article_id, items.related_position
