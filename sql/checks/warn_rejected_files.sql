-- More than one file in twenty could not be used. The row it finds is that of the whole archive.
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
    'status = rejected' as key_value,
    concat_ws(
        ' ',
        cast(rejected_count as varchar),
        'of',
        cast(file_count as varchar),
        'files are rejected, more than 5 %'
    ) as problem,
from file_totals
where rejected_count * 20 > file_count
order by relation
