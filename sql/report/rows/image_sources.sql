-- Which articles have images of a host, of their own or of their related items?
-- Grain: one article, one host and kind of owner.
select
    article_id,
    host,
    owner,
from images
where host is not null
