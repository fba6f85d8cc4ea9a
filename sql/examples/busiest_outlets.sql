-- Which ten outlets publish the most, and what share of the archive do they have together?
-- Grain: one provider domain, the ten with most articles; ties are in the order of the alphabet.
select
    provider_domain,
    article_count,
    article_share,
    cast(
        sum(article_count) over (
            order by article_rank rows between unbounded preceding and current row
        ) as double
    ) / cast(sum(article_count) over () as double) as cumulative_share,
    is_rank_tied,
from provider_summary
where article_count > 0
order by article_rank
limit 10
