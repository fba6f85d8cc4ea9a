-- What was lost, and why?
-- Grain: one code and severity.
select
    severity,
    code,
    count(*) as problem_count,
    count(distinct source_path) as file_count,
from rejects
group by severity, code
order by severity asc, problem_count desc, code asc
