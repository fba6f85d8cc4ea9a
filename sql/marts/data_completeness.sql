-- How complete is the data: which column of which table is filled, and with how many values?
-- Grain: one column of one tidy table.
-- Odd but fast: a large table is read for up to five columns at a time, so that the values of few
-- columns are in memory, and DuckDB plans the counts of different values one by one.
with counts as (
    select
        'article_topics' as table_name,
        count(*) as row_count,
        'article_id topic topic_position' as column_names,
        [
            [count(article_id), count(distinct article_id)],
            [count(topic), count(distinct topic)],
            [count(topic_position), count(distinct topic_position)]
        ] as value_counts,
    from article_topics
    union all
    select
        'articles' as table_name,
        count(*) as row_count,
        'article_id source_path collection slug category' as column_names,
        [
            [count(article_id), count(distinct article_id)],
            [count(source_path), count(distinct source_path)],
            [count(collection), count(distinct collection)],
            [count(slug), count(distinct slug)],
            [count(category), count(distinct category)]
        ] as value_counts,
    from articles
    union all
    select
        'articles' as table_name,
        count(*) as row_count,
        'type title excerpt published_at published_precision published_date' as column_names,
        [
            [count(type), count(distinct type)],
            [count(title), count(distinct title)],
            [count(excerpt), count(distinct excerpt)],
            [count(published_at), count(distinct published_at)],
            [count(published_precision), count(distinct published_precision)],
            [count(published_date), count(distinct published_date)]
        ] as value_counts,
    from articles
    union all
    select
        'articles' as table_name,
        count(*) as row_count,
        'updated_at url web_url original_url amp_url' as column_names,
        [
            [count(updated_at), count(distinct updated_at)],
            [count(url), count(distinct url)],
            [count(web_url), count(distinct web_url)],
            [count(original_url), count(distinct original_url)],
            [count(amp_url), count(distinct amp_url)]
        ] as value_counts,
    from articles
    union all
    select
        'articles' as table_name,
        count(*) as row_count,
        'cdn_amp_url canonical_url provider_domain provider_name quality' as column_names,
        [
            [count(cdn_amp_url), count(distinct cdn_amp_url)],
            [count(canonical_url), count(distinct canonical_url)],
            [count(provider_domain), count(distinct provider_domain)],
            [count(provider_name), count(distinct provider_name)],
            [count(quality), count(distinct quality)]
        ] as value_counts,
    from articles
    union all
    select
        'articles' as table_name,
        count(*) as row_count,
        'heat is_published is_removed topic_count' as column_names,
        [
            [count(heat), count(distinct heat)],
            [count(is_published), count(distinct is_published)],
            [count(is_removed), count(distinct is_removed)],
            [count(topic_count), count(distinct topic_count)]
        ] as value_counts,
    from articles
    union all
    select
        'articles' as table_name,
        count(*) as row_count,
        'image_count related_count has_amp has_featured_content' as column_names,
        [
            [count(image_count), count(distinct image_count)],
            [count(related_count), count(distinct related_count)],
            [count(has_amp), count(distinct has_amp)],
            [count(has_featured_content), count(distinct has_featured_content)]
        ] as value_counts,
    from articles
    union all
    select
        'articles' as table_name,
        count(*) as row_count,
        'has_secured body_text body_word_count extra' as column_names,
        [
            [count(has_secured), count(distinct has_secured)],
            [count(body_text), count(distinct body_text)],
            [count(body_word_count), count(distinct body_word_count)],
            [count(extra), count(distinct extra)]
        ] as value_counts,
    from articles
    union all
    select
        'files' as table_name,
        count(*) as row_count,
        'source_path kind status reason bytes' as column_names,
        [
            [count(source_path), count(distinct source_path)],
            [count(kind), count(distinct kind)],
            [count(status), count(distinct status)],
            [count(reason), count(distinct reason)],
            [count(bytes), count(distinct bytes)]
        ] as value_counts,
    from files
    union all
    select
        'files' as table_name,
        count(*) as row_count,
        'sha256 collected_at revised_at' as column_names,
        [
            [count(sha256), count(distinct sha256)],
            [count(collected_at), count(distinct collected_at)],
            [count(revised_at), count(distinct revised_at)]
        ] as value_counts,
    from files
    union all
    select
        'images' as table_name,
        count(*) as row_count,
        'image_id article_id owner related_position image_position' as column_names,
        [
            [count(image_id), count(distinct image_id)],
            [count(article_id), count(distinct article_id)],
            [count(owner), count(distinct owner)],
            [count(related_position), count(distinct related_position)],
            [count(image_position), count(distinct image_position)]
        ] as value_counts,
    from images
    union all
    select
        'images' as table_name,
        count(*) as row_count,
        'url host is_relative width height' as column_names,
        [
            [count(url), count(distinct url)],
            [count(host), count(distinct host)],
            [count(is_relative), count(distinct is_relative)],
            [count(width), count(distinct width)],
            [count(height), count(distinct height)]
        ] as value_counts,
    from images
    union all
    select
        'images' as table_name,
        count(*) as row_count,
        'aspect_ratio megapixels title attribution is_cached' as column_names,
        [
            [count(aspect_ratio), count(distinct aspect_ratio)],
            [count(megapixels), count(distinct megapixels)],
            [count(title), count(distinct title)],
            [count(attribution), count(distinct attribution)],
            [count(is_cached), count(distinct is_cached)]
        ] as value_counts,
    from images
    union all
    select
        'page_paragraphs' as table_name,
        count(*) as row_count,
        'page_id paragraph_position role text word_count' as column_names,
        [
            [count(page_id), count(distinct page_id)],
            [count(paragraph_position), count(distinct paragraph_position)],
            [count(role), count(distinct role)],
            [count(text), count(distinct text)],
            [count(word_count), count(distinct word_count)]
        ] as value_counts,
    from page_paragraphs
    union all
    select
        'pages' as table_name,
        count(*) as row_count,
        'page_id source_path section headline dek dateline copyright_year'
        || ' copyright_holder paragraph_count word_count quote_count body_text' as column_names,
        [
            [count(page_id), count(distinct page_id)],
            [count(source_path), count(distinct source_path)],
            [count(section), count(distinct section)],
            [count(headline), count(distinct headline)],
            [count(dek), count(distinct dek)],
            [count(dateline), count(distinct dateline)],
            [count(copyright_year), count(distinct copyright_year)],
            [count(copyright_holder), count(distinct copyright_holder)],
            [count(paragraph_count), count(distinct paragraph_count)],
            [count(word_count), count(distinct word_count)],
            [count(quote_count), count(distinct quote_count)],
            [count(body_text), count(distinct body_text)]
        ] as value_counts,
    from pages
    union all
    select
        'provider_names' as table_name,
        count(*) as row_count,
        'provider_domain provider_name article_count mention_count' as column_names,
        [
            [count(provider_domain), count(distinct provider_domain)],
            [count(provider_name), count(distinct provider_name)],
            [count(article_count), count(distinct article_count)],
            [count(mention_count), count(distinct mention_count)]
        ] as value_counts,
    from provider_names
    union all
    select
        'providers' as table_name,
        count(*) as row_count,
        'provider_domain provider_name name_count article_count mention_count'
        || ' first_published_at last_published_at' as column_names,
        [
            [count(provider_domain), count(distinct provider_domain)],
            [count(provider_name), count(distinct provider_name)],
            [count(name_count), count(distinct name_count)],
            [count(article_count), count(distinct article_count)],
            [count(mention_count), count(distinct mention_count)],
            [count(first_published_at), count(distinct first_published_at)],
            [count(last_published_at), count(distinct last_published_at)]
        ] as value_counts,
    from providers
    union all
    select
        'rejects' as table_name,
        count(*) as row_count,
        'source_path problem_number severity code field line raw_value message' as column_names,
        [
            [count(source_path), count(distinct source_path)],
            [count(problem_number), count(distinct problem_number)],
            [count(severity), count(distinct severity)],
            [count(code), count(distinct code)],
            [count(field), count(distinct field)],
            [count(line), count(distinct line)],
            [count(raw_value), count(distinct raw_value)],
            [count(message), count(distinct message)]
        ] as value_counts,
    from rejects
    union all
    select
        'related_items' as table_name,
        count(*) as row_count,
        'article_id related_position title excerpt' as column_names,
        [
            [count(article_id), count(distinct article_id)],
            [count(related_position), count(distinct related_position)],
            [count(title), count(distinct title)],
            [count(excerpt), count(distinct excerpt)]
        ] as value_counts,
    from related_items
    union all
    select
        'related_items' as table_name,
        count(*) as row_count,
        'published_at type url canonical_url' as column_names,
        [
            [count(published_at), count(distinct published_at)],
            [count(type), count(distinct type)],
            [count(url), count(distinct url)],
            [count(canonical_url), count(distinct canonical_url)]
        ] as value_counts,
    from related_items
    union all
    select
        'related_items' as table_name,
        count(*) as row_count,
        'amp_url cdn_amp_url provider_domain provider_name' as column_names,
        [
            [count(amp_url), count(distinct amp_url)],
            [count(cdn_amp_url), count(distinct cdn_amp_url)],
            [count(provider_domain), count(distinct provider_domain)],
            [count(provider_name), count(distinct provider_name)]
        ] as value_counts,
    from related_items
    union all
    select
        'related_items' as table_name,
        count(*) as row_count,
        'quality image_count related_article_id lag_hours' as column_names,
        [
            [count(quality), count(distinct quality)],
            [count(image_count), count(distinct image_count)],
            [count(related_article_id), count(distinct related_article_id)],
            [count(lag_hours), count(distinct lag_hours)]
        ] as value_counts,
    from related_items
    union all
    select
        'topics' as table_name,
        count(*) as row_count,
        'topic article_count' as column_names,
        [
            [count(topic), count(distinct topic)],
            [count(article_count), count(distinct article_count)]
        ] as value_counts,
    from topics
),

numbered_counts as (
    select
        table_name,
        row_count,
        column_names,
        value_counts,
        unnest(generate_series(1, array_length(value_counts))) as place,
    from counts
),

column_counts as (
    select
        table_name,
        split_part(column_names, ' ', place) as column_name,
        row_count,
        list_extract(list_extract(value_counts, place), 1) as filled_count,
        list_extract(list_extract(value_counts, place), 2) as distinct_count,
    from numbered_counts
)

select
    table_name,
    column_name,
    cast(row_count as bigint) as row_count,
    cast(filled_count as bigint) as filled_count,
    cast(filled_count as double) / nullif(row_count, 0) as fill_rate,
    cast(distinct_count as bigint) as distinct_count,
from column_counts
order by table_name, column_name
