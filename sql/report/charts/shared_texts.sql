-- Who carried whose text?
-- Grain: one article that is a copy of a text whose first provider is another and known.
select
    copy_articles.article_id,
    copy_articles.provider_domain,
    syndication.first_provider,
from copy_articles
inner join syndication on copy_articles.copy_id = syndication.copy_id
inner join articles on copy_articles.article_id = articles.article_id
where copy_articles.provider_domain <> syndication.first_provider
order by articles.published_date, copy_articles.article_id, syndication.first_provider
