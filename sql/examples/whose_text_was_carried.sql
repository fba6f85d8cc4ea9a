-- Who carried whose text, and how often word for word?
-- Grain: one pair of outlets: the known first of a group of copies, and another that has the text.
select
    syndication.first_provider,
    copy_articles.provider_domain as carried_by,
    count(distinct copy_articles.copy_id) as text_count,
    count(distinct copy_articles.copy_id) filter (where copy_articles.similarity = 1)
        as unchanged_text_count,
from copy_articles
inner join syndication on copy_articles.copy_id = syndication.copy_id
where copy_articles.provider_domain <> syndication.first_provider
group by syndication.first_provider, copy_articles.provider_domain
order by text_count desc, syndication.first_provider asc, carried_by asc
