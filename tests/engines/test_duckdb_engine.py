"""The engine of one machine: tables in the order of their keys, each one Parquet file, and a
database that says what it holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core.arrow_schema import schema_of
from pipeline.core.catalog import Column, Relation
from pipeline.core.digests import digest_of
from pipeline.core.errors import DefinitionError
from pipeline.core.fingerprint import SEAL, UNSEALED, is_whole_parquet
from pipeline.core.results import Finding
from pipeline.engines.duckdb_engine import GROUP_ROWS, DuckDBEngine, copy_options, duckdb_engine
from pipeline.engines.engine import FormerRows, ParsedRows

COLUMNS = (
    Column("id", "INTEGER", "It's a number", "key", nullable=False, range="0.."),
    Column("name", "VARCHAR", "Its name", "field", "letters", nullable=False),
    Column("note", "VARCHAR", "A note", "field", nullable=True),
    Column("seen_at", "TIMESTAMP", "When", "field", nullable=True),
)
LOW = Relation("low", "tables", "Low.", "number", ("id",), COLUMNS)
HIGH = Relation(
    "high",
    "marts",
    "High.",
    "number",
    ("x",),
    (Column("x", "INTEGER", "A number", "low.id", range="any"),),
    "SELECT id + 10 AS x FROM low ORDER BY x",
)
ENDLESS = "SELECT count(*) AS n FROM range(100000000000) AS a(x) WHERE sqrt(x) < 0"
HUNGRY = "SELECT cast(length(list(range)) AS INTEGER) AS x FROM range(4000000)"


@contextmanager
def engine_in(tmp_path: Path, threads: int = 1) -> Iterator[DuckDBEngine]:
    with duckdb_engine(tmp_path / "a.duckdb", tmp_path, threads) as engine:
        yield engine


def parsed(path: Path, ids: Sequence[int], note: str | None = None) -> Path:
    """Parsed rows as a worker writes them; texts come as dictionaries of their own."""
    names = pa.array([f"n{each}" for each in ids]).dictionary_encode()
    notes = pa.array([note] * len(ids), pa.string())
    moments = pa.array([0] * len(ids), pa.timestamp("us"))
    columns = [pa.array(ids, pa.int32()), names, notes, moments]
    table = pa.table(columns, names=[each.name for each in COLUMNS])
    with path.open("wb") as sink, pa.ipc.new_file(sink, table.schema) as file:
        file.write_table(table)
    return path


def make_low(engine: DuckDBEngine, tmp_path: Path, *ids: int) -> None:
    engine.make(LOW, ParsedRows([parsed(tmp_path / "low.arrow", ids)]), tmp_path / "low.parquet")


def values(engine: DuckDBEngine, query: str) -> list[Any]:
    """The first column of what a query gives."""
    return [next(iter(row.values())) for row in engine.rows(query)]


def test_parsed_rows_of_many_files_are_ordered_by_the_key(tmp_path: Path) -> None:
    files = [parsed(tmp_path / f"{n}.arrow", given) for n, given in enumerate(([5, 1], [4, 2]))]
    with engine_in(tmp_path) as engine:
        engine.make(LOW, ParsedRows(files), tmp_path / "low.parquet")
        assert values(engine, "FROM low") == [1, 2, 4, 5]
        engine.make(LOW, ParsedRows([]), tmp_path / "low.parquet")
        assert values(engine, "FROM low") == []


def test_rows_come_as_mappings_or_as_an_arrow_table(tmp_path: Path) -> None:
    query = "SELECT range AS x, 'a' || range AS y FROM range(3)"
    with engine_in(tmp_path) as engine:
        assert engine.table(query).to_pylist() == engine.rows(query)


def test_a_join_holds_the_small_table_and_not_the_parsed_rows(tmp_path: Path) -> None:
    query = "select p.* from parsed_low as p left join owner on p.id = owner.id order by p.id"
    with engine_in(tmp_path) as engine:
        values(engine, "CREATE TABLE owner AS SELECT range AS id FROM range(2000)")
        file = parsed(tmp_path / "a.arrow", [2, 1])
        target = tmp_path / "low.parquet"
        engine.make(replace(LOW, query=query), ParsedRows([file]), target)
        assert values(engine, "SELECT id FROM low") == [1, 2]
        [(_, plan)] = engine._connection.execute(f"EXPLAIN {query}").fetchall()
    assert "LEFT" in plan
    assert "RIGHT" not in plan


def test_the_steps_of_a_select_are_temporary_tables_that_are_gone_after_it(tmp_path: Path) -> None:
    steps = (
        ("doubled", "SELECT id * 2 AS x FROM low"),
        ("high", "SELECT x FROM doubled ORDER BY x"),
    )
    with engine_in(tmp_path) as engine:
        make_low(engine, tmp_path, 3, 1)
        for _ in range(2):
            engine.make(replace(HIGH, steps=steps), None, tmp_path / "high.parquet")
        assert values(engine, "FROM high") == [2, 6]
        assert values(engine, "SELECT table_name FROM duckdb_tables() WHERE temporary") == []


def test_former_rows_stay_but_for_those_replaced(tmp_path: Path) -> None:
    with engine_in(tmp_path) as engine:
        old = parsed(tmp_path / "old.arrow", [1, 2, 3, 4], "old")
        engine.make(LOW, ParsedRows([old]), tmp_path / "old.parquet")
        new = parsed(tmp_path / "new.arrow", [2, 9], "new")
        former = FormerRows([tmp_path / "old.parquet"], "id", pa.array([2, 3], pa.int32()))
        engine.make(LOW, ParsedRows([new], former), tmp_path / "new.parquet")
        notes = {row["id"]: row["note"] for row in engine.rows("FROM low")}
    assert notes == {1: "old", 2: "new", 4: "old", 9: "new"}


def test_a_former_file_is_loaded_as_it_is(tmp_path: Path) -> None:
    with engine_in(tmp_path) as engine:
        make_low(engine, tmp_path, 7, 3)
    (tmp_path / "a.duckdb").unlink()
    before = (tmp_path / "low.parquet").stat().st_mtime_ns
    with engine_in(tmp_path) as engine:
        engine.load(LOW, [tmp_path / "low.parquet"])
        assert engine.make(HIGH, None, tmp_path / "high.parquet").rows == 2
        assert values(engine, "FROM high") == [13, 17]
    assert (tmp_path / "low.parquet").stat().st_mtime_ns == before


@pytest.mark.parametrize("note", [None, "there"])
def test_what_may_be_null_is_optional_whether_or_not_it_is(
    tmp_path: Path, note: str | None
) -> None:
    with engine_in(tmp_path) as engine:
        rows = ParsedRows([parsed(tmp_path / "a.arrow", [1, 2], note)])
        engine.make(LOW, rows, tmp_path / "a.parquet")
    levels = {
        column.name: column.max_definition_level
        for column in pq.ParquetFile(tmp_path / "a.parquet").schema
    }
    assert levels == {"id": 0, "name": 0, "note": 1, "seen_at": 1}
    assert pq.read_schema(tmp_path / "a.parquet").equals(schema_of(LOW), check_metadata=False)


def test_the_file_says_what_its_columns_mean_and_is_sealed(tmp_path: Path) -> None:
    target = tmp_path / "a*b?=" / "a.parquet"
    target.parent.mkdir()
    with engine_in(tmp_path) as engine:
        rows = ParsedRows([parsed(tmp_path / "a.arrow", [3, 1])])
        written = engine.make(LOW, rows, target)
    assert (written.rows, written.files) == (2, {target: digest_of(target)})
    assert is_whole_parquet(target)
    read = pq.read_schema(target)
    assert read.field("name").metadata == {
        b"meaning": b"Its name",
        b"source": b"field",
        b"unit": b"letters",
    }
    assert read.metadata[b"grain"] == b"number"


def test_a_file_is_compressed_and_cut_into_row_groups(tmp_path: Path) -> None:
    schema = pa.schema(
        [pa.field("x", pa.int64(), metadata={"meaning": "It's a number; {no} macro"})],
        metadata={"grain": "one 'x', of many"},
    )
    path, query = tmp_path / "a.parquet", f"SELECT range AS x FROM range({GROUP_ROWS + 1})"
    duckdb.sql(f"COPY ({query}) TO '{path}' ({copy_options(schema)})")
    written = pq.ParquetFile(path)
    groups = [written.metadata.row_group(place) for place in range(written.num_row_groups)]
    assert [group.num_rows for group in groups] == [GROUP_ROWS, 1]
    assert {group.column(0).compression for group in groups} == {"ZSTD"}
    assert written.metadata.format_version == "1.0"
    assert written.schema_arrow.field("x").metadata == schema.field("x").metadata
    assert written.schema_arrow.metadata[b"grain"] == b"one 'x', of many"
    assert written.metadata.metadata[SEAL] == UNSEALED


def test_the_bytes_do_not_depend_on_the_threads(tmp_path: Path) -> None:
    """Several row groups, made by several threads at a time."""
    query = (
        "SELECT cast(range AS INTEGER) AS id, 'n' || hash(range) AS name,"
        " nullif('', left('ab', cast(range % 3 AS INTEGER))) AS note,"
        " make_timestamp(range * 1000000) AS seen_at FROM range(250000) ORDER BY range DESC"
    )
    found = set()
    for threads in (1, 2, 2):
        with engine_in(tmp_path, threads) as engine:
            made = engine.make(replace(LOW, query=query), None, tmp_path / "a.parquet")
            found.update(made.files.values())
        (tmp_path / "a.duckdb").unlink()
    assert len(found) == 1
    assert pq.ParquetFile(tmp_path / "a.parquet").num_row_groups > 2


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1 AS id, 'a' AS name, NULL::VARCHAR AS note",
        "SELECT 1::BIGINT AS id, 'a' AS name, '' AS note, now()::TIMESTAMP AS seen_at",
        "SELECT 1 AS key, 'a' AS name, '' AS note, now()::TIMESTAMP AS seen_at",
    ],
)
def test_a_select_of_other_columns_is_refused(tmp_path: Path, query: str) -> None:
    with engine_in(tmp_path) as engine, pytest.raises(DefinitionError, match="low: the query"):
        engine.make(replace(LOW, query=query), None, tmp_path / "a.parquet")


def test_a_check_gives_the_rows_it_finds(tmp_path: Path) -> None:
    with engine_in(tmp_path) as engine:
        make_low(engine, tmp_path, 1, 2)
        found = engine.check("warn_large", "SELECT id FROM low WHERE id > 1")
        assert found == Finding("large", "warn", 1, ("2",))
        assert engine.check("warn_large", "SELECT id FROM low WHERE id > 2") is None


def test_the_database_says_what_it_holds_and_who_made_it(tmp_path: Path) -> None:
    with engine_in(tmp_path) as engine:
        make_low(engine, tmp_path, 2, 1)
        engine.make(HIGH, None, tmp_path / "high.parquet")
        engine.finish("run 'one'")
    with duckdb.connect(tmp_path / "a.duckdb", read_only=True) as database:
        assert database.execute("FROM high").fetchall() == [(11,), (12,)]
        assert database.execute("SELECT run_id()").fetchall() == [("run 'one'",)]
        comments = database.execute(
            "SELECT t.comment, c.comment FROM duckdb_tables() AS t"
            " JOIN duckdb_columns() AS c USING (table_name) ORDER BY ALL LIMIT 2"
        ).fetchall()
    assert comments == [
        ("High. One row: number.", "A number"),
        ("Low. One row: number.", "A note"),
    ]
    assert not (tmp_path / "a.duckdb.wal").exists()


def test_an_error_lets_go_of_the_database(tmp_path: Path) -> None:
    broken = replace(HIGH, query="SELECT no_such_column AS x FROM low")
    with (
        pytest.raises(duckdb.BinderException, match="no_such_column"),
        engine_in(tmp_path) as engine,
    ):
        make_low(engine, tmp_path, 1)
        engine.make(broken, None, tmp_path / "high.parquet")
    with duckdb.connect(tmp_path / "a.duckdb") as database:
        database.execute("CREATE TABLE mine AS SELECT 1 AS x")


def test_times_are_in_utc_whatever_the_zone_of_the_machine(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from tests.engines.test_duckdb_engine import engine_in\n"
        f"with engine_in(Path({str(tmp_path)!r})) as engine:\n"
        "    print(engine.rows(\"SELECT '2020-01-01 00:00:00+02'::TIMESTAMPTZ::VARCHAR AS t\"))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parent.parent.parent,
        env={**os.environ, "TZ": "Pacific/Auckland"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == "[{'t': '2019-12-31 22:00:00+00'}]\n"


@pytest.mark.parametrize("threads", [1, 2])
def test_what_runs_out_of_memory_is_done_once_more_with_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    def limit(engine: DuckDBEngine) -> Any:
        return values(engine, "SELECT current_setting('memory_limit')")

    monkeypatch.setattr("pipeline.engines.duckdb_engine.MEMORY_LIMIT", "20MB")
    monkeypatch.setattr("pipeline.engines.duckdb_engine.LARGE_MEMORY_LIMIT", "2GB")
    with engine_in(tmp_path, threads) as engine:
        before = limit(engine)
        made = engine.make(replace(HIGH, query=HUNGRY), None, tmp_path / "high.parquet")
        assert made.rows == 1
        assert limit(engine) == before
        monkeypatch.setattr("pipeline.engines.duckdb_engine.LARGE_MEMORY_LIMIT", "20MB")
        with pytest.raises(duckdb.OutOfMemoryException):
            engine.check("warn_hungry", HUNGRY)
        assert limit(engine) == before


def test_a_signal_ends_the_statement_that_runs(tmp_path: Path) -> None:
    """DuckDB itself would hear of it only when the statement has ended."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    try:
        with pytest.raises(KeyboardInterrupt), engine_in(tmp_path) as engine:
            timer.start()
            engine.check("warn_endless", ENDLESS)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)
