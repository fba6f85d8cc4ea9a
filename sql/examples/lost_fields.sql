-- What could not be used, how often, and was the whole file lost?
-- Grain: one problem code.
select
    code,
    severity,
    cast(count(*) as bigint) as problem_count,
    cast(count(distinct source_path) as bigint) as file_count,
    min(source_path) as first_source_path,
from rejects
group by code, severity
order by problem_count desc, code asc, severity asc
