"""The problems of a build: what was rejected or lost, by code, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.core.errors import codes, unknown

if TYPE_CHECKING:
    from pipeline.read.build import Build

_GROUPS = """
with numbered as (
    select
        *,
        row_number() over (partition by code order by source_path, problem_number) as index,
    from rejects
)

select
    code,
    severity,
    cast(count(*) as bigint) as problem_count,
    cast(count(distinct source_path) as bigint) as file_count,
    list(distinct source_path order by source_path) as paths,
    max(source_path) filter (where index = 1) as first_path,
    max(line) filter (where index = 1) as first_line,
    max(field) filter (where index = 1) as first_field,
    max(message) filter (where index = 1) as first_message,
from numbered
group by code, severity
order by severity, problem_count desc, code
"""

_PROBLEMS = """
select source_path, problem_number, severity, code, field, line, raw_value, message
from rejects
where code = '{code}'
order by source_path, problem_number
"""


def problem_groups(build: Build) -> list[dict[str, Any]]:
    """One mapping per code that occurs, with cause and cure.

    Errors come first, then the most frequent.
    """
    groups: list[dict[str, Any]] = build.reader(_GROUPS).read_all().to_pylist()
    for group in groups:
        known = codes().get(group["code"])
        group["cause"] = known.cause if known else None
        group["cure"] = known.cure if known else None
    return groups


def problems_of(build: Build, code: str) -> list[dict[str, Any]]:
    """Every problem of one code, in the order of files.

    Errors: `UsageError` for an unknown code.
    """
    if code not in codes():
        raise unknown("no problem code", code, codes())
    rows: list[dict[str, Any]] = build.reader(_PROBLEMS.format(code=code)).read_all().to_pylist()
    return rows
