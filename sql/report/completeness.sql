-- How complete are the tables?
-- Grain: one column of a tidy table that is not always filled; those of articles come first.
select
    table_name,
    column_name,
    row_count,
    filled_count,
    fill_rate,
    distinct_count,
    -- Of these `explorer/articles.sql` says which articles lack them.
    table_name = 'articles' and column_name in (
        'collection', 'type', 'excerpt', 'updated_at', 'web_url', 'original_url', 'amp_url',
        'cdn_amp_url', 'provider_name', 'quality', 'heat', 'is_published', 'is_removed',
        'body_text', 'image_count', 'related_count', 'topic_count', 'has_amp',
        'has_featured_content', 'extra'
    ) as leads_to_articles,
from data_completeness
where filled_count < row_count
order by
    case when table_name = 'articles' then 0 else 1 end asc,
    table_name asc,
    fill_rate desc,
    column_name asc
