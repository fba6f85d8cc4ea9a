-- An archive without a single article is most often the wrong folder.
-- Consequence: All marts are empty.
-- Cure: Give the folder of the archive with --raw; `newsloom sql "from files"` shows what was
-- found there.
with article_total as (
    select count(*) as article_count,
    from articles
)

select
    'articles' as relation,
    'all' as key_value,
    'the archive has no article' as problem,
from article_total
where article_count = 0
order by relation
