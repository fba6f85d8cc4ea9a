-- Columns with a closed list of values hold no other, and parts of a row agree with each other.
with offenders as (
    select
        'files' as relation,
        source_path as key_value,
        'status or kind is not in its list, or sha256 is malformed' as problem,
    from files
    where
        status not in ('loaded', 'skipped', 'rejected')
        or kind not in ('article', 'page', 'other')
        or length(sha256) <> 64
    union all
    select
        'rejects' as relation,
        source_path as key_value,
        'severity is not in its list, or raw_value is too long' as problem,
    from rejects
    where severity not in ('error', 'warning') or length(raw_value) > 200
    union all
    select
        'images' as relation,
        image_id as key_value,
        'owner is not in its list, or does not fit related_position' as problem,
    from images
    where
        owner not in ('article', 'related', 'provider')
        or (owner = 'related') <> (related_position is not null)
    union all
    select
        'page_links' as relation,
        page_id as key_value,
        'target_kind is not in its list' as problem,
    from page_links
    where target_kind not in ('article', 'related', 'none')
    union all
    select
        'page_mentions' as relation,
        page_id as key_value,
        'kind is not in its list' as problem,
    from page_mentions
    where kind not in ('provider', 'topic', 'date')
    union all
    select
        'page_paragraphs' as relation,
        page_id as key_value,
        'role is not in its list' as problem,
    from page_paragraphs
    where role not in ('section', 'headline', 'dek', 'chrome', 'body', 'copyright')
    union all
    select
        'providers' as relation,
        provider_domain as key_value,
        'provider_domain is not in lower case' as problem,
    from providers
    where provider_domain <> lower(provider_domain)
    union all
    select
        'articles' as relation,
        article_id as key_value,
        'url is not web_url or else original_url, or heat is the sentinel -1' as problem,
    from articles
    where url <> coalesce(web_url, original_url, '') or heat = -1
)

select
    relation,
    key_value,
    problem,
from offenders
order by relation, key_value
