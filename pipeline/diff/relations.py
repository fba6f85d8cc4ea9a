"""One table or mart of two builds compared, row by row, by its key.

Rows are told apart by a digest of 64 bits of all their columns, and those that differ are then
compared column by column. Columns that only one of the builds has, or that have another type in
it, are named, and left out of the comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from pipeline.core.catalog import Relation
from pipeline.core.difference import Movement, RelationDifference
from pipeline.core.duckdb_paths import parquet_scan
from pipeline.diff.movements import movements, name_of

_SIDES = ("old", "new")


def compare_relation(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    old: Sequence[Path],
    new: Sequence[Path],
) -> RelationDifference:
    """Compare the Parquet files of a relation in two builds."""
    footers = [[pq.read_metadata(path) for path in paths] for paths in (old, new)]
    columns = [
        {each.name: each.type for each in parts[0].schema.to_arrow_schema()} for parts in footers
    ]
    same = [name for name in columns[0] if columns[0][name] == columns[1].get(name)]
    gone, come = (tuple(name for name in each if name not in same) for each in columns)
    counts = [sum(footer.num_rows for footer in parts) for parts in footers]
    changed: dict[str, int] = {}
    moved: tuple[Movement, ...] = ()
    rows = counts[1], counts[0], 0
    if set(relation.key) <= set(same):
        with ExitStack() as scans:
            for side, paths in zip(_SIDES, (old, new), strict=True):
                scan = scans.enter_context(parquet_scan(paths))
                connection.execute(f"create or replace temp view {side} as from {scan}")
            rows = _differing_rows(connection, relation, same)
            if rows[-1]:
                changed = _changed_columns(connection, relation, same)
            if relation.kind == "marts":
                moved = movements(connection, relation, same)
    return RelationDifference(
        relation.name, relation.kind, counts[0], counts[1], *rows, changed, come, gone, moved
    )


def _differing_rows(
    connection: duckdb.DuckDBPyConnection, relation: Relation, columns: list[str]
) -> tuple[int, int, int]:
    """Count the rows added, removed and changed, and keep their keys as the table `differing`."""
    keys = ", ".join(map(name_of, relation.key))
    digest = f"hash({', '.join(map(name_of, columns))}) as row_digest"
    old, new = (f"(select {keys}, {digest} from {side})" for side in _SIDES)
    connection.execute(
        f"create or replace temp table differing as select {keys},"
        " old.row_digest is null as is_added, new.row_digest is null as is_removed"
        f" from {old} as old full join {new} as new using ({keys})"
        " where old.row_digest is distinct from new.row_digest"
    )
    found = _row(
        connection,
        "select count(*) filter (is_added) as added, count(*) filter (is_removed) as removed,"
        " count(*) filter (not is_added and not is_removed) as changed from differing",
    )
    return found["added"], found["removed"], found["changed"]


def _changed_columns(
    connection: duckdb.DuckDBPyConnection, relation: Relation, columns: list[str]
) -> dict[str, int]:
    """In how many of the rows of both sides each column differs, the most first."""
    keys = ", ".join(map(name_of, relation.key))
    counts = [
        f"count(*) filter (old.{name} is distinct from new.{name}) as {name}"
        for name in map(name_of, columns)
    ]
    found = _row(
        connection,
        f"select {', '.join(counts)}"
        f" from (from old semi join differing using ({keys})) as old"
        f" inner join (from new semi join differing using ({keys})) as new using ({keys})",
    )
    ordered = sorted(found.items(), key=lambda item: -item[1])
    return {name: count for name, count in ordered if count}


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    (row,) = connection.sql(query).to_arrow_table().to_pylist()
    return dict(row)
