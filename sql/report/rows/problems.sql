-- Which articles were loaded with a problem?
-- Grain: one article, one severity and one code.
select
    articles.article_id,
    rejects.severity,
    rejects.code,
from rejects
inner join articles on rejects.source_path = articles.source_path
