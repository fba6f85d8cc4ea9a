-- Absent text is NULL everywhere, never an empty text.
-- In large tables each column is asked alone, which the smallest texts that DuckDB keeps of each
-- column answer without reading it.
with offenders as (
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where source_path = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where collection = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where slug = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where category = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where type = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where title = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where excerpt = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where url = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where web_url = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where original_url = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where amp_url = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where cdn_amp_url = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where canonical_url = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where provider_domain = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where provider_name = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where body_text = ''
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where extra = ''
    union all
    select
        'files' as relation,
        source_path as key_value,
    from files
    where '' in (kind, status, reason, sha256)
    union all
    select
        'images' as relation,
        image_id as key_value,
    from images
    where article_id = ''
    union all
    select
        'images' as relation,
        image_id as key_value,
    from images
    where owner = ''
    union all
    select
        'images' as relation,
        image_id as key_value,
    from images
    where url = ''
    union all
    select
        'images' as relation,
        image_id as key_value,
    from images
    where host = ''
    union all
    select
        'images' as relation,
        image_id as key_value,
    from images
    where title = ''
    union all
    select
        'images' as relation,
        image_id as key_value,
    from images
    where attribution = ''
    union all
    select
        'page_paragraphs' as relation,
        concat_ws(' ', page_id, cast(paragraph_position as varchar)) as key_value,
    from page_paragraphs
    where '' in (role, text)
    union all
    select
        'pages' as relation,
        page_id as key_value,
    from pages
    where
        '' in (
            source_path,
            section,
            headline,
            dek,
            dateline,
            copyright_holder,
            body_text
        )
    union all
    select
        'providers' as relation,
        provider_domain as key_value,
    from providers
    where '' in (provider_name)
    union all
    select
        'rejects' as relation,
        concat_ws(' ', source_path, cast(problem_number as varchar)) as key_value,
    from rejects
    where '' in (severity, code, field, raw_value, message)
    union all
    select
        'related_items' as relation,
        concat_ws(' ', article_id, cast(related_position as varchar)) as key_value,
    from related_items
    where title = ''
    union all
    select
        'related_items' as relation,
        concat_ws(' ', article_id, cast(related_position as varchar)) as key_value,
    from related_items
    where excerpt = ''
    union all
    select
        'related_items' as relation,
        concat_ws(' ', article_id, cast(related_position as varchar)) as key_value,
    from related_items
    where type = ''
    union all
    select
        'related_items' as relation,
        concat_ws(' ', article_id, cast(related_position as varchar)) as key_value,
    from related_items
    where url = ''
    union all
    select
        'related_items' as relation,
        concat_ws(' ', article_id, cast(related_position as varchar)) as key_value,
    from related_items
    where canonical_url = ''
    union all
    select
        'related_items' as relation,
        concat_ws(' ', article_id, cast(related_position as varchar)) as key_value,
    from related_items
    where amp_url = ''
    union all
    select
        'related_items' as relation,
        concat_ws(' ', article_id, cast(related_position as varchar)) as key_value,
    from related_items
    where cdn_amp_url = ''
    union all
    select
        'related_items' as relation,
        concat_ws(' ', article_id, cast(related_position as varchar)) as key_value,
    from related_items
    where provider_domain = ''
    union all
    select
        'related_items' as relation,
        concat_ws(' ', article_id, cast(related_position as varchar)) as key_value,
    from related_items
    where provider_name = ''
    union all
    select
        'related_items' as relation,
        concat_ws(' ', article_id, cast(related_position as varchar)) as key_value,
    from related_items
    where related_article_id = ''
)

select
    relation,
    key_value,
    'a text is empty' as problem,
from offenders
order by relation, key_value
