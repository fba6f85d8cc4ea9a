-- How many outlets would it take to be as diverse, if all published equally much, year by year?
-- Grain: one year with articles. The effective number of outlets is 1 / sum(share * share).
with yearly_outlets as (
    select
        extract(year from month) as year,
        provider_domain,
        sum(article_count) as article_count,
    from provider_monthly
    group by extract(year from month), provider_domain
    having sum(article_count) > 0
),

yearly_totals as (
    select
        year,
        count(*) as provider_count,
        sum(article_count) as article_count,
        sum(article_count * article_count) as squared_count,
    from yearly_outlets
    group by year
)

select
    cast(year as integer) as year,
    cast(article_count as bigint) as article_count,
    cast(provider_count as bigint) as provider_count,
    cast(article_count as double) * cast(article_count as double)
    / cast(squared_count as double) as effective_provider_count,
from yearly_totals
order by year
