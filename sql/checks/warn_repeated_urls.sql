-- Several articles have one canonical_url: every count of articles counts the page several times.
-- Consequence: Counts and averages give such a page the weight of several.
-- Cure: Delete all but one file of a page; until then leave out the rows of `duplicate_articles`.
select
    'articles' as relation,
    canonical_url as key_value,
    'several articles have this canonical_url' as problem,
from articles
group by canonical_url
having count(*) > 1
order by canonical_url
