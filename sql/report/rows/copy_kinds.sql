-- Which articles are copies or edits of others?
-- Grain: one article, a kind of change, and whether the other article is of the same provider.
select
    unnest([earlier.article_id, later.article_id]) as article_id,
    copy_pairs.kind,
    earlier.provider_domain = later.provider_domain as is_one_provider,
from copy_pairs
inner join articles as earlier on copy_pairs.earlier_article_id = earlier.article_id
inner join articles as later on copy_pairs.later_article_id = later.article_id
