-- A name of more than seven words, or the sixth of those that differ in case or signs only:
-- page_mentions does not look for it.
-- Consequence: Pages that name it have no row for it in `page_mentions`.
-- Cure: Shorten the name in the raw files; else count it by a query of your own.
with names as (
    select
        'topics' as relation,
        topic as name,
    from topics
    union
    select
        'provider_names' as relation,
        lower(provider_name) as name,
    from provider_names
    union
    select
        'providers' as relation,
        provider_domain as name,
    from providers
),

spaced_names as (
    select
        relation,
        name,
        lower(regexp_replace(concat_ws('', ' ', name, ' '), '[^\p{L}\p{M}\p{N}+#]+', ' ', 'g'))
            as words,
    from names
),

ranked_names as (
    select
        relation,
        name,
        array_length(string_split(words, ' ')) - 2 as word_count,
        row_number() over (partition by relation, words order by name) as spelling_rank,
    from spaced_names
    where regexp_extract(words, '(\p{L})', 1) <> ''
)

select
    relation,
    name as key_value,
    'name has more than seven words, or five others are like it: pages are not searched for it'
        as problem,
from ranked_names
where greatest(word_count - 7, spelling_rank - 5) > 0 and (select count(*), from pages) > 0
order by relation, key_value
