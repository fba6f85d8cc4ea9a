-- Every key of a tidy table names exactly one row and is never NULL.
-- Keys of one column are read off data_completeness, which has counted their values already;
-- to group millions of images once more would cost more than all other checks together.
with single_keys (relation, column_name) as (
    values
    ('articles', 'article_id'),
    ('files', 'source_path'),
    ('images', 'image_id'),
    ('pages', 'page_id'),
    ('providers', 'provider_domain'),
    ('topics', 'topic')
),

offenders as (
    select
        single_keys.relation,
        single_keys.column_name as key_value,
    from single_keys
    left join data_completeness
        on
            single_keys.relation = data_completeness.table_name
            and single_keys.column_name = data_completeness.column_name
    where
        data_completeness.row_count is null
        or data_completeness.filled_count < data_completeness.row_count
        or data_completeness.distinct_count < data_completeness.row_count
    union all
    select
        'article_topics' as relation,
        concat_ws(' ', article_id, topic) as key_value,
    from article_topics
    group by article_id, topic
    having count(*) > 1 or article_id is null or topic is null
    union all
    select
        'page_paragraphs' as relation,
        concat_ws(' ', page_id, cast(paragraph_position as varchar)) as key_value,
    from page_paragraphs
    group by page_id, paragraph_position
    having count(*) > 1 or page_id is null or paragraph_position is null
    union all
    select
        'provider_names' as relation,
        concat_ws(' ', provider_domain, provider_name) as key_value,
    from provider_names
    group by provider_domain, provider_name
    having count(*) > 1 or provider_domain is null or provider_name is null
    union all
    select
        'rejects' as relation,
        concat_ws(' ', source_path, cast(problem_number as varchar)) as key_value,
    from rejects
    group by source_path, problem_number
    having count(*) > 1 or source_path is null or problem_number is null
    union all
    select
        'related_items' as relation,
        concat_ws(' ', article_id, cast(related_position as varchar)) as key_value,
    from related_items
    group by article_id, related_position
    having count(*) > 1 or article_id is null or related_position is null
)

select
    relation,
    key_value,
    'key is NULL or names several rows' as problem,
from offenders
order by relation, key_value
