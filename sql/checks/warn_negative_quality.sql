-- No quality below 0 is known; such a value may mean "not rated", as -1 does for heat.
-- Consequence: Such values pull averages and quantiles down.
-- Cure: Take the field out of the raw files where it is not measured.
select
    'articles' as relation,
    article_id as key_value,
    'quality is negative' as problem,
from articles
where quality < 0
order by article_id
