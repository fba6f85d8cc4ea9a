-- Which outlets have the best articles, going by the median, and on how many ratings does it rest?
-- Grain: one provider domain with three rated articles or more.
select
    provider_domain,
    provider_name,
    rated_article_count,
    median_quality,
    p10_quality,
    p90_quality,
    is_small_group,
from provider_summary
where rated_article_count >= 3
order by median_quality desc, provider_domain asc
limit 10
