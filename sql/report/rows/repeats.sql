-- Which articles repeat an earlier one?
-- Grain: one article and reason.
select
    duplicate_articles.article_id,
    duplicate_articles.reason,
    articles.provider_domain,
from duplicate_articles
inner join articles on duplicate_articles.article_id = articles.article_id
