-- Absent text is NULL everywhere, never an empty text.
with offenders as (
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where
        '' in (
            source_path,
            collection,
            slug,
            category,
            type,
            title,
            excerpt,
            url,
            web_url,
            original_url,
            amp_url,
            cdn_amp_url,
            canonical_url,
            provider_domain,
            provider_name,
            body_text,
            extra
        )
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
    where '' in (article_id, owner, url, host, title, attribution)
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
    where '' in (
        title,
        excerpt,
        type,
        url,
        canonical_url,
        amp_url,
        cdn_amp_url,
        provider_domain,
        provider_name,
        related_article_id
    )
)

select
    relation,
    key_value,
    'a text is empty' as problem,
from offenders
order by relation, key_value
