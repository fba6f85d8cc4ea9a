-- Every raw file is accounted for: a loaded file is exactly one article or page, a rejected file
-- has an error, a skipped file has neither, and nothing else made an article or page.
-- Consequence: Files would be lost in silence, or counted twice.
-- Cure: The archive is not to blame: run again with --force; if the rows stay, report them. The
-- former build is still there.
with file_rows as (
    select
        source_path,
        'article' as made,
    from articles
    union all
    select
        source_path,
        'page' as made,
    from pages
    union all
    select
        source_path,
        'error' as made,
    from rejects
    where severity = 'error'
),

accounts as (
    select
        files.source_path,
        files.kind,
        files.status,
        files.reason,
        count(*) filter (where file_rows.made = 'article') as article_count,
        count(*) filter (where file_rows.made = 'page') as page_count,
        count(*) filter (where file_rows.made = 'error') as error_count,
    from files
    left join file_rows on files.source_path = file_rows.source_path
    group by files.source_path, files.kind, files.status, files.reason
)

select
    'files' as relation,
    source_path as key_value,
    'file is not what its status says' as problem,
from accounts
where
    not coalesce(
        case status
            when 'loaded'
                then
                    reason is null and error_count = 0
                    and article_count = case kind when 'article' then 1 else 0 end
                    and page_count = case kind when 'page' then 1 else 0 end
                    and kind in ('article', 'page')
            when 'rejected'
                then
                    reason is not null and error_count > 0
                    and article_count = 0 and page_count = 0
            when 'skipped'
                then
                    reason in ('no_category', 'no_front_matter', 'other_file_type')
                    and kind = 'other' and error_count = 0
                    and article_count = 0 and page_count = 0
        end,
        false
    )
order by source_path
