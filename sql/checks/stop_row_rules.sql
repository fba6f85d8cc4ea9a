-- Texts of a fixed form have it, and the columns of a row agree with each other.
-- Consequence: Identifiers, hosts or dates could not be joined or trusted.
-- Cure: The archive is not to blame: run again with --force; if the rows stay, report them. The
-- former build is still there.
with offenders as (
    select
        'files' as relation,
        source_path as key_value,
        'sha256 is not 64 characters long' as problem,
    from files
    where length(sha256) <> 64
    union all
    select
        'rejects' as relation,
        source_path as key_value,
        'raw_value is longer than 200 characters' as problem,
    from rejects
    where length(raw_value) > 200
    union all
    select
        'images' as relation,
        image_id as key_value,
        'related_position is missing, or given for another owner' as problem,
    from images
    where (owner = 'related') <> (related_position is not null)
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
order by relation, key_value, problem
