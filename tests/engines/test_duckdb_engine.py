"""The engine of one machine: tasks in the order of what they read, and a database that says all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipeline.core.catalog import Column, Relation
from pipeline.core.results import Finding
from pipeline.engines.duckdb_engine import duckdb_engine
from pipeline.engines.engine import (
    Cached,
    Check,
    Load,
    Materialize,
    ParsedRows,
    Result,
    Task,
    Written,
)

COLUMN = Column("x", "INTEGER", "It's a number", "raw", range="any")
LOW = Relation("low", "tables", "Low.", "number", ("x",), (COLUMN,))
HIGH = Relation(
    "high", "marts", "High.", "number", ("x",), (COLUMN,), "SELECT x + 10 AS x FROM low ORDER BY x"
)


def parsed(path: Path) -> ParsedRows:
    table = pa.table({"x": pa.array([2, 1], pa.int32())})
    with path.open("wb") as sink, pa.ipc.new_file(sink, table.schema) as file:
        file.write_table(table)
    return ParsedRows([path])


def made(
    tmp_path: Path, tasks: dict[str, Task | Cached], reads: dict[str, str]
) -> dict[str, Result]:
    """Run tasks, each after the one it reads, and finish the database."""
    ended: dict[str, Result] = {}
    graph = {name: frozenset({reads[name]} if name in reads else ()) for name in tasks}
    with duckdb_engine(tmp_path / "a.duckdb", tmp_path, 2, 2) as engine:
        engine.register("low", parsed(tmp_path / "low.arrow"))
        engine.run(graph, tasks.__getitem__, ended.__setitem__)
        engine.finish("run 'one'")
    return ended


def test_relations_are_made_written_checked_and_kept(tmp_path: Path) -> None:
    ended = made(
        tmp_path,
        {
            "high": Materialize(HIGH, tmp_path / "high.parquet"),
            "low": Materialize(LOW, tmp_path / "low.parquet"),
            "check": Check("warn_large", "SELECT x FROM high WHERE x > 11"),
            "known": Cached(Written(5, "digest")),
        },
        {"high": "low", "check": "high"},
    )
    assert ended["known"] == Written(5, "digest")
    assert ended["check"] == Finding("large", "warn", 1, ("12",))
    assert isinstance(ended["high"], Written)
    with duckdb.connect(tmp_path / "a.duckdb", read_only=True) as database:
        assert database.execute("FROM low").fetchall() == [(1,), (2,)]
        assert database.execute("FROM high").fetchall() == [(11,), (12,)]
    assert duckdb.read_parquet(str(tmp_path / "high.parquet")).fetchall() == [(11,), (12,)]


def test_a_relation_that_is_loaded_can_be_read(tmp_path: Path) -> None:
    made(tmp_path, {"low": Materialize(LOW, tmp_path / "low.parquet")}, {})
    (tmp_path / "a.duckdb").unlink()
    before = (tmp_path / "low.parquet").stat().st_mtime_ns
    ended = made(
        tmp_path,
        {
            "low": Load(LOW, tmp_path / "low.parquet"),
            "high": Materialize(HIGH, tmp_path / "high.parquet"),
        },
        {"high": "low"},
    )
    assert ended["low"] is None
    assert isinstance(ended["high"], Written)
    assert ended["high"].rows == 2
    assert (tmp_path / "low.parquet").stat().st_mtime_ns == before


def test_the_database_says_what_it_holds_and_who_made_it(tmp_path: Path) -> None:
    made(tmp_path, {"low": Materialize(LOW, tmp_path / "low.parquet")}, {})
    with duckdb.connect(tmp_path / "a.duckdb", read_only=True) as database:
        assert database.execute("SELECT run_id()").fetchall() == [("run 'one'",)]
        comments = database.execute(
            "SELECT t.comment, c.comment FROM duckdb_tables() AS t"
            " JOIN duckdb_columns() AS c USING (table_name)"
        ).fetchall()
    assert comments == [("Low. One row: number.", "It's a number")]
    assert not (tmp_path / "a.duckdb.wal").exists()


def test_an_error_lets_go_of_the_database(tmp_path: Path) -> None:
    broken = replace(HIGH, query="SELECT no_such_column AS x FROM low")
    tasks: dict[str, Task | Cached] = {
        "low": Materialize(LOW, tmp_path / "low.parquet"),
        "high": Materialize(broken, tmp_path / "high.parquet"),
    }
    with pytest.raises(duckdb.BinderException, match="no_such_column"):
        made(tmp_path, tasks, {"high": "low"})
    with duckdb.connect(tmp_path / "a.duckdb") as database:
        database.execute("CREATE TABLE mine AS SELECT 1 AS x")
