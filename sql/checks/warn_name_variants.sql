-- Names that differ only in letter case, outer blanks or a leading `www.` are counted apart in all
-- marts: each is shown with its number of articles. They are not merged: raw names are kept.
-- Consequence: Each spelling has a part of the articles, and ranks below what it is.
-- Cure: Write one spelling in the raw files, or add the rows up in the query.
with used_names as (
    select
        'providers' as relation,
        provider_domain as name,
        regexp_replace(provider_domain, '^www\.', '', 'g') as plain_name,
        article_count,
    from providers
    union all
    select
        'topics' as relation,
        topic as name,
        trim(lower(topic)) as plain_name,
        article_count,
    from topics
    union all
    select
        'articles.type' as relation,
        type as name,
        trim(lower(type)) as plain_name,
        count(*) as article_count,
    from articles
    where type is not null
    group by type
),

variant_names as (
    select
        relation,
        plain_name,
    from used_names
    group by relation, plain_name
    having count(*) > 1
)

select
    used_names.relation,
    used_names.name as key_value,
    concat_ws(
        ' ',
        'one of several spellings of',
        used_names.plain_name,
        'with',
        cast(used_names.article_count as varchar),
        'articles'
    ) as problem,
from used_names
inner join variant_names
    on
        used_names.relation = variant_names.relation
        and used_names.plain_name = variant_names.plain_name
order by used_names.relation, used_names.name
