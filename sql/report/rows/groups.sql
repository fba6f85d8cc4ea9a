-- Which articles are in a cluster?
-- Grain: one article.
select
    article_id,
    cluster_id,
from cluster_articles
