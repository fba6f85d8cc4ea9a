-- Who carried whose text?
-- Grain: one provider and the provider that had the text first, the fifteen pairs with most texts;
-- texts of which the first is not known are left out.
select
    copy_articles.provider_domain,
    syndication.first_provider,
    count(distinct copy_articles.copy_id) as text_count,
    count(distinct copy_articles.copy_id) filter (where copy_articles.kind = 'identical')
        as identical_count,
    count(distinct copy_articles.copy_id) filter (where copy_articles.kind = 'retitled')
        as retitled_count,
    count(distinct copy_articles.copy_id) filter (where copy_articles.kind = 'edited')
        as edited_count,
from copy_articles
inner join syndication on copy_articles.copy_id = syndication.copy_id
where copy_articles.provider_domain <> syndication.first_provider
group by copy_articles.provider_domain, syndication.first_provider
order by text_count desc, copy_articles.provider_domain asc, syndication.first_provider asc
limit 15
