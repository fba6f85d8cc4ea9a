-- A column that is defined as never NULL has a value in every row of its tidy table.
-- The counts of data_completeness spare a second reading of every table.
with required_columns (relation, column_name) as (
    values
    ('article_topics', 'article_id'),
    ('article_topics', 'topic'),
    ('article_topics', 'topic_position'),
    ('articles', 'article_id'),
    ('articles', 'source_path'),
    ('articles', 'slug'),
    ('articles', 'category'),
    ('articles', 'title'),
    ('articles', 'published_at'),
    ('articles', 'published_date'),
    ('articles', 'url'),
    ('articles', 'canonical_url'),
    ('articles', 'provider_domain'),
    ('articles', 'topic_count'),
    ('articles', 'image_count'),
    ('articles', 'related_count'),
    ('articles', 'has_amp'),
    ('articles', 'has_featured_content'),
    ('articles', 'has_secured'),
    ('articles', 'body_word_count'),
    ('files', 'source_path'),
    ('files', 'kind'),
    ('files', 'status'),
    ('images', 'image_id'),
    ('images', 'article_id'),
    ('images', 'owner'),
    ('images', 'image_position'),
    ('images', 'url'),
    ('images', 'is_relative'),
    ('page_paragraphs', 'page_id'),
    ('page_paragraphs', 'paragraph_position'),
    ('page_paragraphs', 'role'),
    ('page_paragraphs', 'text'),
    ('page_paragraphs', 'word_count'),
    ('pages', 'page_id'),
    ('pages', 'source_path'),
    ('pages', 'paragraph_count'),
    ('pages', 'word_count'),
    ('pages', 'quote_count'),
    ('provider_names', 'provider_domain'),
    ('provider_names', 'provider_name'),
    ('provider_names', 'article_count'),
    ('provider_names', 'mention_count'),
    ('providers', 'provider_domain'),
    ('providers', 'name_count'),
    ('providers', 'article_count'),
    ('providers', 'mention_count'),
    ('rejects', 'source_path'),
    ('rejects', 'problem_number'),
    ('rejects', 'severity'),
    ('rejects', 'code'),
    ('rejects', 'message'),
    ('related_items', 'article_id'),
    ('related_items', 'related_position'),
    ('related_items', 'image_count'),
    ('topics', 'topic'),
    ('topics', 'article_count')
)

select
    required_columns.relation,
    required_columns.column_name as key_value,
    'column is NULL in a row or missing' as problem,
from required_columns
left join data_completeness
    on
        required_columns.relation = data_completeness.table_name
        and required_columns.column_name = data_completeness.column_name
where
    data_completeness.row_count is null
    or data_completeness.filled_count < data_completeness.row_count
order by required_columns.relation, required_columns.column_name
