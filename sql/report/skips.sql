-- Which files hold no article and no page?
-- Grain: one reason for which files were skipped.
select
    reason,
    count(*) as file_count,
from files
where status = 'skipped'
group by reason
order by file_count desc, reason asc
