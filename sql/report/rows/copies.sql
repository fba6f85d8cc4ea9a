-- Which articles are in a group of copies?
-- Grain: one article of one group.
select
    article_id,
    copy_id,
from copy_articles
