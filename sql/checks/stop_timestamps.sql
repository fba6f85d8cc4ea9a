-- Every timestamp is a whole second of the years 1678 to 2261, which every reader can hold.
-- Consequence: Some readers would refuse the file, or show another time.
-- Cure: The archive is not to blame: run again with --force; if the rows stay, report them. The
-- former build is still there.
with stamps as (
    select
        'articles' as relation,
        article_id as key_value,
        published_at as stamp,
    from articles
    union all
    select
        'articles' as relation,
        article_id as key_value,
        updated_at as stamp,
    from articles
    where updated_at is not null
    union all
    select
        'related_items' as relation,
        article_id as key_value,
        published_at as stamp,
    from related_items
    where published_at is not null
)

select
    relation,
    key_value,
    'timestamp is out of range or has a fraction of a second' as problem,
from stamps
where
    stamp not between timestamp '1678-01-01 00:00:00' and timestamp '2261-12-31 23:59:59'
    or date_trunc('second', stamp) <> stamp
union all
select
    'articles' as relation,
    article_id as key_value,
    'published_date is not the day of published_at' as problem,
from articles
where published_date <> cast(published_at as date)
order by relation, key_value, problem
