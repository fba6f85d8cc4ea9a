"""Which segments of a mart moved most: its rows, by how far their numbers went.

Counts are taken as 0 where a segment is absent, for an outlet that is gone took its articles along.
Means, rates and all other fractions are compared where both sides have one, and weighed by the
first count of the mart, so that a segment of few articles does not come before one of many.
"""

from __future__ import annotations

from typing import Any

import duckdb

from pipeline.core.catalog import Column, Relation
from pipeline.core.difference import Movement, Segment

SEGMENTS = 5
"""Most segments named of a column."""

_NO_AMOUNT = ("freedom", "high", "low", "position", "rank", "score", "threshold", "value")
"""Last words of the names of numbers that order, or belong to another: no amounts of their own."""

_NO_SEGMENT = ("articles", "pages")
"""Marts with a row for each of these are no sums over segments."""


def movements(
    connection: duckdb.DuckDBPyConnection, relation: Relation, columns: list[str]
) -> tuple[Movement, ...]:
    """What moved between the views `old` and `new`, which both have these columns, in
    the order of the columns."""
    amounts = [each for each in relation.columns if each.name in columns and _is_amount(each)]
    if not amounts or _is_of_single_rows(relation):
        return ()
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.sql(_query(relation, amounts)).to_arrow_table().to_pylist():
        found.setdefault(row["name"], []).append(row)
    return tuple(
        Movement(
            each.name,
            found[each.name][0]["moved_share"],
            tuple(_segment(row) for row in found[each.name]),
        )
        for each in amounts
        if each.name in found
    )


def _segment(row: dict[str, Any]) -> Segment:
    return Segment(row["segment"], row["before"], row["after"])


def name_of(column: str) -> str:
    """A column as SQL names it."""
    return '"' + column.replace('"', '""') + '"'


def _is_amount(column: Column) -> bool:
    is_number = column.type in ("BIGINT", "DOUBLE")
    return is_number and column.name.rpartition("_")[2] not in _NO_AMOUNT


def _is_of_single_rows(relation: Relation) -> bool:
    """Whether a row of it is an article or page, or belongs to one."""
    referred = (each.references for each in relation.columns if each.name in relation.key)
    return any((column or "").partition(".")[0] in _NO_SEGMENT for column in referred)


def _query(relation: Relation, amounts: list[Column]) -> str:
    """A SELECT of the segments that moved most in each column, with how far all of it moved."""
    keys = ", ".join(map(name_of, relation.key))
    counts = [each.name for each in amounts if each.type == "BIGINT"]
    weight = f"coalesce(old.{counts[0]}, new.{counts[0]}, 0)" if counts else "1"
    branches = (
        f"select '{each.name}' as name, segment, {_pair(each)} from joined" for each in amounts
    )
    values = ", ".join(
        f"old.{name_of(each.name)} as old_{each.name}, new.{name_of(each.name)} as new_{each.name}"
        for each in amounts
    )
    segment = (
        f"concat_ws(', ', {', '.join(f'cast({name_of(key)} as varchar)' for key in relation.key)})"
    )
    return f"""
with joined as (
    select {segment} as segment, cast({weight} as double) as weight, {values}
    from old full join new using ({keys})
),
moves as ({" union all ".join(branches)}),
ranked as (
    select
        *,
        sum(distance) over (partition by name) / nullif(sum(size) over (partition by name), 0)
            as moved_share,
        row_number() over (partition by name order by distance desc, segment) as index,
    from moves
    where distance is not null
)
select name, segment, before, after, moved_share
from ranked
where distance > 0 and index <= {SEGMENTS}
order by name, index
"""


def _pair(column: Column) -> str:
    """The values of a column on both sides, how far apart they are, and how large it was."""
    old, new = (f"cast({side}_{column.name} as double)" for side in ("old", "new"))
    if column.type == "BIGINT":
        old, new, weight = f"coalesce({old}, 0)", f"coalesce({new}, 0)", "1"
    else:
        weight = "weight"
    return (
        f"{old} as before, {new} as after,"
        f" {weight} * abs({new} - {old}) as distance, {weight} * abs({old}) as size"
    )
