-- data_completeness counts the rows of every tidy table as they are; other checks rely on it.
-- Consequence: Fill rates, and the checks that rely on these counts, would be wrong.
-- Cure: The archive is not to blame: run again with --force; if the rows stay, report them. The
-- former build is still there.
with table_rows as (
    select
        'article_topics' as relation,
        count(*) as row_count,
    from article_topics
    union all
    select
        'articles' as relation,
        count(*) as row_count,
    from articles
    union all
    select
        'files' as relation,
        count(*) as row_count,
    from files
    union all
    select
        'images' as relation,
        count(*) as row_count,
    from images
    union all
    select
        'page_paragraphs' as relation,
        count(*) as row_count,
    from page_paragraphs
    union all
    select
        'pages' as relation,
        count(*) as row_count,
    from pages
    union all
    select
        'provider_names' as relation,
        count(*) as row_count,
    from provider_names
    union all
    select
        'providers' as relation,
        count(*) as row_count,
    from providers
    union all
    select
        'rejects' as relation,
        count(*) as row_count,
    from rejects
    union all
    select
        'related_items' as relation,
        count(*) as row_count,
    from related_items
    union all
    select
        'topics' as relation,
        count(*) as row_count,
    from topics
),

counted_rows as (
    select
        table_name,
        min(row_count) as least_count,
        max(row_count) as most_count,
    from data_completeness
    group by table_name
)

select
    table_rows.relation,
    cast(table_rows.row_count as varchar) as key_value,
    'data_completeness has another number of rows' as problem,
from table_rows
left join counted_rows on table_rows.relation = counted_rows.table_name
where
    counted_rows.table_name is null
    or counted_rows.least_count <> table_rows.row_count
    or counted_rows.most_count <> table_rows.row_count
order by table_rows.relation
