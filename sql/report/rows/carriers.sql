-- Which articles carry a text that another provider had first?
-- Grain: one article and the provider that had its text first.
select
    copy_articles.article_id,
    copy_articles.provider_domain,
    syndication.first_provider,
from copy_articles
inner join syndication on copy_articles.copy_id = syndication.copy_id
where copy_articles.provider_domain <> syndication.first_provider
