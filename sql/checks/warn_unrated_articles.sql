-- With most articles unrated, the averages of quality describe the rest only.
-- Consequence: An average may be that of a few outlets or years.
-- Cure: Read rated_article_count beside each average; compare only groups with enough of it.
with article_totals as (
    select
        count(*) as article_count,
        count(quality) as rated_article_count,
    from articles
)

select
    'articles' as relation,
    cast(rated_article_count as varchar) as key_value,
    'fewer than half of the articles have a quality' as problem,
from article_totals
where rated_article_count * 2 < article_count
order by relation
