-- Every raw file is accounted for: a loaded file is exactly one article or page, a rejected file
-- has an error, a skipped file has neither, and nothing else made an article or page.
with file_rows as (
    select
        source_path,
        1 as article_count,
        0 as page_count,
        0 as error_count,
    from articles
    union all
    select
        source_path,
        0 as article_count,
        1 as page_count,
        0 as error_count,
    from pages
    union all
    select
        source_path,
        0 as article_count,
        0 as page_count,
        1 as error_count,
    from rejects
    where severity = 'error'
),

file_counts as (
    select
        source_path,
        sum(article_count) as article_count,
        sum(page_count) as page_count,
        sum(error_count) as error_count,
    from file_rows
    group by source_path
),

accounts as (
    select
        files.source_path,
        files.kind,
        files.status,
        files.reason,
        coalesce(file_counts.article_count, 0) as article_count,
        coalesce(file_counts.page_count, 0) as page_count,
        coalesce(file_counts.error_count, 0) as error_count,
    from files
    left join file_counts on files.source_path = file_counts.source_path
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
