-- How complete is the data: which column of which table is filled, and with how many values?
-- Grain: one column of one tidy table.
-- Odd but fast: one reading of a table counts the filled rows of all its columns, but each column
-- is read alone to count its values, so that the values of one column are in memory at a time.
with table_counts as (
    select
        'article_topics' as table_name,
        count(*) as row_count,
        [
            'article_id',
            'topic',
            'topic_position'
        ] as names,
        [
            count(article_id),
            count(topic),
            count(topic_position)
        ] as filled,
    from article_topics
    union all
    select
        'articles' as table_name,
        count(*) as row_count,
        [
            'article_id',
            'source_path',
            'collection',
            'slug',
            'category',
            'type',
            'title',
            'excerpt',
            'published_at',
            'published_date',
            'updated_at',
            'url',
            'web_url',
            'original_url',
            'amp_url',
            'cdn_amp_url',
            'canonical_url',
            'provider_domain',
            'provider_name',
            'quality',
            'heat',
            'is_published',
            'is_removed',
            'topic_count',
            'image_count',
            'related_count',
            'has_amp',
            'has_featured_content',
            'has_secured',
            'body_text',
            'body_word_count',
            'extra'
        ] as names,
        [
            count(article_id),
            count(source_path),
            count(collection),
            count(slug),
            count(category),
            count(type),
            count(title),
            count(excerpt),
            count(published_at),
            count(published_date),
            count(updated_at),
            count(url),
            count(web_url),
            count(original_url),
            count(amp_url),
            count(cdn_amp_url),
            count(canonical_url),
            count(provider_domain),
            count(provider_name),
            count(quality),
            count(heat),
            count(is_published),
            count(is_removed),
            count(topic_count),
            count(image_count),
            count(related_count),
            count(has_amp),
            count(has_featured_content),
            count(has_secured),
            count(body_text),
            count(body_word_count),
            count(extra)
        ] as filled,
    from articles
    union all
    select
        'files' as table_name,
        count(*) as row_count,
        [
            'source_path',
            'kind',
            'status',
            'reason',
            'bytes',
            'sha256'
        ] as names,
        [
            count(source_path),
            count(kind),
            count(status),
            count(reason),
            count(bytes),
            count(sha256)
        ] as filled,
    from files
    union all
    select
        'images' as table_name,
        count(*) as row_count,
        [
            'image_id',
            'article_id',
            'owner',
            'related_position',
            'image_position',
            'url',
            'host',
            'is_relative',
            'width',
            'height',
            'aspect_ratio',
            'megapixels',
            'title',
            'attribution',
            'is_cached'
        ] as names,
        [
            count(image_id),
            count(article_id),
            count(owner),
            count(related_position),
            count(image_position),
            count(url),
            count(host),
            count(is_relative),
            count(width),
            count(height),
            count(aspect_ratio),
            count(megapixels),
            count(title),
            count(attribution),
            count(is_cached)
        ] as filled,
    from images
    union all
    select
        'page_paragraphs' as table_name,
        count(*) as row_count,
        [
            'page_id',
            'paragraph_position',
            'role',
            'text',
            'word_count'
        ] as names,
        [
            count(page_id),
            count(paragraph_position),
            count(role),
            count(text),
            count(word_count)
        ] as filled,
    from page_paragraphs
    union all
    select
        'pages' as table_name,
        count(*) as row_count,
        [
            'page_id',
            'source_path',
            'section',
            'headline',
            'dek',
            'dateline',
            'copyright_year',
            'copyright_holder',
            'paragraph_count',
            'word_count',
            'quote_count',
            'body_text'
        ] as names,
        [
            count(page_id),
            count(source_path),
            count(section),
            count(headline),
            count(dek),
            count(dateline),
            count(copyright_year),
            count(copyright_holder),
            count(paragraph_count),
            count(word_count),
            count(quote_count),
            count(body_text)
        ] as filled,
    from pages
    union all
    select
        'provider_names' as table_name,
        count(*) as row_count,
        [
            'provider_domain',
            'provider_name',
            'article_count',
            'mention_count'
        ] as names,
        [
            count(provider_domain),
            count(provider_name),
            count(article_count),
            count(mention_count)
        ] as filled,
    from provider_names
    union all
    select
        'providers' as table_name,
        count(*) as row_count,
        [
            'provider_domain',
            'provider_name',
            'name_count',
            'article_count',
            'mention_count',
            'first_published_at',
            'last_published_at'
        ] as names,
        [
            count(provider_domain),
            count(provider_name),
            count(name_count),
            count(article_count),
            count(mention_count),
            count(first_published_at),
            count(last_published_at)
        ] as filled,
    from providers
    union all
    select
        'rejects' as table_name,
        count(*) as row_count,
        [
            'source_path',
            'problem_number',
            'severity',
            'code',
            'field',
            'line',
            'raw_value',
            'message'
        ] as names,
        [
            count(source_path),
            count(problem_number),
            count(severity),
            count(code),
            count(field),
            count(line),
            count(raw_value),
            count(message)
        ] as filled,
    from rejects
    union all
    select
        'related_items' as table_name,
        count(*) as row_count,
        [
            'article_id',
            'related_position',
            'title',
            'excerpt',
            'published_at',
            'type',
            'url',
            'canonical_url',
            'amp_url',
            'cdn_amp_url',
            'provider_domain',
            'provider_name',
            'quality',
            'image_count',
            'related_article_id',
            'lag_hours'
        ] as names,
        [
            count(article_id),
            count(related_position),
            count(title),
            count(excerpt),
            count(published_at),
            count(type),
            count(url),
            count(canonical_url),
            count(amp_url),
            count(cdn_amp_url),
            count(provider_domain),
            count(provider_name),
            count(quality),
            count(image_count),
            count(related_article_id),
            count(lag_hours)
        ] as filled,
    from related_items
    union all
    select
        'topics' as table_name,
        count(*) as row_count,
        [
            'topic',
            'article_count'
        ] as names,
        [
            count(topic),
            count(article_count)
        ] as filled,
    from topics
),

table_columns as (
    select
        table_name,
        row_count,
        names,
        filled,
        unnest(generate_series(1, array_length(names))) as place,
    from table_counts
),

column_values as (
    select
        'article_topics' as table_name,
        'article_id' as column_name,
        count(distinct article_id) as distinct_count,
    from article_topics
    union all
    select
        'article_topics' as table_name,
        'topic' as column_name,
        count(distinct topic) as distinct_count,
    from article_topics
    union all
    select
        'article_topics' as table_name,
        'topic_position' as column_name,
        count(distinct topic_position) as distinct_count,
    from article_topics
    union all
    select
        'articles' as table_name,
        'article_id' as column_name,
        count(distinct article_id) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'source_path' as column_name,
        count(distinct source_path) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'collection' as column_name,
        count(distinct collection) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'slug' as column_name,
        count(distinct slug) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'category' as column_name,
        count(distinct category) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'type' as column_name,
        count(distinct type) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'title' as column_name,
        count(distinct title) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'excerpt' as column_name,
        count(distinct excerpt) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'published_at' as column_name,
        count(distinct published_at) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'published_date' as column_name,
        count(distinct published_date) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'updated_at' as column_name,
        count(distinct updated_at) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'url' as column_name,
        count(distinct url) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'web_url' as column_name,
        count(distinct web_url) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'original_url' as column_name,
        count(distinct original_url) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'amp_url' as column_name,
        count(distinct amp_url) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'cdn_amp_url' as column_name,
        count(distinct cdn_amp_url) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'canonical_url' as column_name,
        count(distinct canonical_url) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'provider_domain' as column_name,
        count(distinct provider_domain) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'provider_name' as column_name,
        count(distinct provider_name) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'quality' as column_name,
        count(distinct quality) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'heat' as column_name,
        count(distinct heat) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'is_published' as column_name,
        count(distinct is_published) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'is_removed' as column_name,
        count(distinct is_removed) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'topic_count' as column_name,
        count(distinct topic_count) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'image_count' as column_name,
        count(distinct image_count) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'related_count' as column_name,
        count(distinct related_count) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'has_amp' as column_name,
        count(distinct has_amp) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'has_featured_content' as column_name,
        count(distinct has_featured_content) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'has_secured' as column_name,
        count(distinct has_secured) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'body_text' as column_name,
        count(distinct body_text) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'body_word_count' as column_name,
        count(distinct body_word_count) as distinct_count,
    from articles
    union all
    select
        'articles' as table_name,
        'extra' as column_name,
        count(distinct extra) as distinct_count,
    from articles
    union all
    select
        'files' as table_name,
        'source_path' as column_name,
        count(distinct source_path) as distinct_count,
    from files
    union all
    select
        'files' as table_name,
        'kind' as column_name,
        count(distinct kind) as distinct_count,
    from files
    union all
    select
        'files' as table_name,
        'status' as column_name,
        count(distinct status) as distinct_count,
    from files
    union all
    select
        'files' as table_name,
        'reason' as column_name,
        count(distinct reason) as distinct_count,
    from files
    union all
    select
        'files' as table_name,
        'bytes' as column_name,
        count(distinct bytes) as distinct_count,
    from files
    union all
    select
        'files' as table_name,
        'sha256' as column_name,
        count(distinct sha256) as distinct_count,
    from files
    union all
    select
        'images' as table_name,
        'image_id' as column_name,
        count(distinct image_id) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'article_id' as column_name,
        count(distinct article_id) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'owner' as column_name,
        count(distinct owner) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'related_position' as column_name,
        count(distinct related_position) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'image_position' as column_name,
        count(distinct image_position) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'url' as column_name,
        count(distinct url) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'host' as column_name,
        count(distinct host) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'is_relative' as column_name,
        count(distinct is_relative) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'width' as column_name,
        count(distinct width) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'height' as column_name,
        count(distinct height) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'aspect_ratio' as column_name,
        count(distinct aspect_ratio) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'megapixels' as column_name,
        count(distinct megapixels) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'title' as column_name,
        count(distinct title) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'attribution' as column_name,
        count(distinct attribution) as distinct_count,
    from images
    union all
    select
        'images' as table_name,
        'is_cached' as column_name,
        count(distinct is_cached) as distinct_count,
    from images
    union all
    select
        'page_paragraphs' as table_name,
        'page_id' as column_name,
        count(distinct page_id) as distinct_count,
    from page_paragraphs
    union all
    select
        'page_paragraphs' as table_name,
        'paragraph_position' as column_name,
        count(distinct paragraph_position) as distinct_count,
    from page_paragraphs
    union all
    select
        'page_paragraphs' as table_name,
        'role' as column_name,
        count(distinct role) as distinct_count,
    from page_paragraphs
    union all
    select
        'page_paragraphs' as table_name,
        'text' as column_name,
        count(distinct text) as distinct_count,
    from page_paragraphs
    union all
    select
        'page_paragraphs' as table_name,
        'word_count' as column_name,
        count(distinct word_count) as distinct_count,
    from page_paragraphs
    union all
    select
        'pages' as table_name,
        'page_id' as column_name,
        count(distinct page_id) as distinct_count,
    from pages
    union all
    select
        'pages' as table_name,
        'source_path' as column_name,
        count(distinct source_path) as distinct_count,
    from pages
    union all
    select
        'pages' as table_name,
        'section' as column_name,
        count(distinct section) as distinct_count,
    from pages
    union all
    select
        'pages' as table_name,
        'headline' as column_name,
        count(distinct headline) as distinct_count,
    from pages
    union all
    select
        'pages' as table_name,
        'dek' as column_name,
        count(distinct dek) as distinct_count,
    from pages
    union all
    select
        'pages' as table_name,
        'dateline' as column_name,
        count(distinct dateline) as distinct_count,
    from pages
    union all
    select
        'pages' as table_name,
        'copyright_year' as column_name,
        count(distinct copyright_year) as distinct_count,
    from pages
    union all
    select
        'pages' as table_name,
        'copyright_holder' as column_name,
        count(distinct copyright_holder) as distinct_count,
    from pages
    union all
    select
        'pages' as table_name,
        'paragraph_count' as column_name,
        count(distinct paragraph_count) as distinct_count,
    from pages
    union all
    select
        'pages' as table_name,
        'word_count' as column_name,
        count(distinct word_count) as distinct_count,
    from pages
    union all
    select
        'pages' as table_name,
        'quote_count' as column_name,
        count(distinct quote_count) as distinct_count,
    from pages
    union all
    select
        'pages' as table_name,
        'body_text' as column_name,
        count(distinct body_text) as distinct_count,
    from pages
    union all
    select
        'provider_names' as table_name,
        'provider_domain' as column_name,
        count(distinct provider_domain) as distinct_count,
    from provider_names
    union all
    select
        'provider_names' as table_name,
        'provider_name' as column_name,
        count(distinct provider_name) as distinct_count,
    from provider_names
    union all
    select
        'provider_names' as table_name,
        'article_count' as column_name,
        count(distinct article_count) as distinct_count,
    from provider_names
    union all
    select
        'provider_names' as table_name,
        'mention_count' as column_name,
        count(distinct mention_count) as distinct_count,
    from provider_names
    union all
    select
        'providers' as table_name,
        'provider_domain' as column_name,
        count(distinct provider_domain) as distinct_count,
    from providers
    union all
    select
        'providers' as table_name,
        'provider_name' as column_name,
        count(distinct provider_name) as distinct_count,
    from providers
    union all
    select
        'providers' as table_name,
        'name_count' as column_name,
        count(distinct name_count) as distinct_count,
    from providers
    union all
    select
        'providers' as table_name,
        'article_count' as column_name,
        count(distinct article_count) as distinct_count,
    from providers
    union all
    select
        'providers' as table_name,
        'mention_count' as column_name,
        count(distinct mention_count) as distinct_count,
    from providers
    union all
    select
        'providers' as table_name,
        'first_published_at' as column_name,
        count(distinct first_published_at) as distinct_count,
    from providers
    union all
    select
        'providers' as table_name,
        'last_published_at' as column_name,
        count(distinct last_published_at) as distinct_count,
    from providers
    union all
    select
        'rejects' as table_name,
        'source_path' as column_name,
        count(distinct source_path) as distinct_count,
    from rejects
    union all
    select
        'rejects' as table_name,
        'problem_number' as column_name,
        count(distinct problem_number) as distinct_count,
    from rejects
    union all
    select
        'rejects' as table_name,
        'severity' as column_name,
        count(distinct severity) as distinct_count,
    from rejects
    union all
    select
        'rejects' as table_name,
        'code' as column_name,
        count(distinct code) as distinct_count,
    from rejects
    union all
    select
        'rejects' as table_name,
        'field' as column_name,
        count(distinct field) as distinct_count,
    from rejects
    union all
    select
        'rejects' as table_name,
        'line' as column_name,
        count(distinct line) as distinct_count,
    from rejects
    union all
    select
        'rejects' as table_name,
        'raw_value' as column_name,
        count(distinct raw_value) as distinct_count,
    from rejects
    union all
    select
        'rejects' as table_name,
        'message' as column_name,
        count(distinct message) as distinct_count,
    from rejects
    union all
    select
        'related_items' as table_name,
        'article_id' as column_name,
        count(distinct article_id) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'related_position' as column_name,
        count(distinct related_position) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'title' as column_name,
        count(distinct title) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'excerpt' as column_name,
        count(distinct excerpt) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'published_at' as column_name,
        count(distinct published_at) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'type' as column_name,
        count(distinct type) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'url' as column_name,
        count(distinct url) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'canonical_url' as column_name,
        count(distinct canonical_url) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'amp_url' as column_name,
        count(distinct amp_url) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'cdn_amp_url' as column_name,
        count(distinct cdn_amp_url) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'provider_domain' as column_name,
        count(distinct provider_domain) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'provider_name' as column_name,
        count(distinct provider_name) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'quality' as column_name,
        count(distinct quality) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'image_count' as column_name,
        count(distinct image_count) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'related_article_id' as column_name,
        count(distinct related_article_id) as distinct_count,
    from related_items
    union all
    select
        'related_items' as table_name,
        'lag_hours' as column_name,
        count(distinct lag_hours) as distinct_count,
    from related_items
    union all
    select
        'topics' as table_name,
        'topic' as column_name,
        count(distinct topic) as distinct_count,
    from topics
    union all
    select
        'topics' as table_name,
        'article_count' as column_name,
        count(distinct article_count) as distinct_count,
    from topics
)

select
    column_values.table_name,
    column_values.column_name,
    cast(table_columns.row_count as bigint) as row_count,
    cast(list_extract(table_columns.filled, table_columns.place) as bigint) as filled_count,
    cast(list_extract(table_columns.filled, table_columns.place) as double)
    / nullif(table_columns.row_count, 0) as fill_rate,
    cast(column_values.distinct_count as bigint) as distinct_count,
from column_values
inner join table_columns
    on
        column_values.table_name = table_columns.table_name
        and column_values.column_name
        = list_extract(table_columns.names, table_columns.place)
order by column_values.table_name, column_values.column_name
