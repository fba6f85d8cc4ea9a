-- How many pairs of articles are copies, and how much was changed?
-- Grain: one kind of change, and whether both articles are of one provider.
select
    copy_pairs.kind,
    earlier.provider_domain = later.provider_domain as is_one_provider,
    count(*) as pair_count,
    quantile_cont(copy_pairs.similarity, 0.5) as median_similarity,
from copy_pairs
inner join articles as earlier on copy_pairs.earlier_article_id = earlier.article_id
inner join articles as later on copy_pairs.later_article_id = later.article_id
group by copy_pairs.kind, is_one_provider
order by copy_pairs.kind, is_one_provider
