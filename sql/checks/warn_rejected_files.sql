-- More than one file in twenty could not be used.
-- Consequence: What is counted may not stand for the archive.
-- Cure: See `newsloom rejects`: each code has its cure.
with file_totals as (
    select
        count(*) as file_count,
        count(*) filter (where status = 'rejected') as rejected_count,
    from files
)

select
    'files' as relation,
    cast(rejected_count as varchar) as key_value,
    'more than 5 % of the files are rejected' as problem,
from file_totals
where rejected_count * 20 > file_count
order by relation
