-- What share of the rated articles of each type reaches 80 points or more?
-- Grain: one type of articles.
select
    type,
    cast(max(rated_item_count) as bigint) as rated_article_count,
    cast(coalesce(sum(item_count) filter (where quality_bucket >= 80), 0) as bigint)
        as high_article_count,
    cast(coalesce(sum(item_count) filter (where quality_bucket >= 80), 0) as double)
    / max(rated_item_count) as high_share,
    max(rated_item_count) < 30 as is_small_group,
from quality_distribution
where role = 'article'
group by type
order by type
