-- Several files are the same page: every count of articles counts it several times.
select
    'articles' as relation,
    canonical_url as key_value,
    'several articles have this canonical_url' as problem,
from articles
group by canonical_url
having count(*) > 1
order by canonical_url
