-- How many articles repeat an earlier one?
-- Grain: one reason and provider, the ten with most.
select
    duplicate_articles.reason,
    articles.provider_domain,
    count(*) as article_count,
from duplicate_articles
inner join articles on duplicate_articles.article_id = articles.article_id
group by duplicate_articles.reason, articles.provider_domain
order by article_count desc, duplicate_articles.reason asc, articles.provider_domain asc
limit 10
