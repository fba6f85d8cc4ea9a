"""A session makes tables in the order of their keys and writes each as one Parquet file."""

from __future__ import annotations

import os
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
from pipeline.core.fingerprint import is_whole_parquet
from pipeline.engines.duckdb_engine import duckdb_engine
from pipeline.engines.engine import FormerRows, ParsedRows
from pipeline.engines.session import Session

COLUMNS = (
    Column("id", "INTEGER", "Which one", "key", nullable=False, range="0.."),
    Column("name", "VARCHAR", "Its name", "field", "letters", nullable=False),
    Column("note", "VARCHAR", "A note", "field", nullable=True),
    Column("seen_at", "TIMESTAMP", "When", "field", nullable=True),
)
RELATION = Relation("things", "tables", "Things.", "thing", ("id",), COLUMNS)


@contextmanager
def session_of(tmp_path: Path, threads: int = 1) -> Iterator[Session]:
    with duckdb_engine(tmp_path / "a.duckdb", tmp_path, threads, 1) as engine:
        yield engine._sessions[0]


def arrow_file(path: Path, ids: Sequence[int], note: str | None = None) -> Path:
    """Parsed rows as a worker writes them; texts come as dictionaries of their own."""
    names = pa.array([f"n{each}" for each in ids]).dictionary_encode()
    notes = pa.array([note] * len(ids), pa.string())
    moments = pa.array([0] * len(ids), pa.timestamp("us"))
    columns = [pa.array(ids, pa.int32()), names, notes, moments]
    table = pa.table(columns, names=[each.name for each in COLUMNS])
    with path.open("wb") as sink, pa.ipc.new_file(sink, table.schema) as file:
        file.write_table(table)
    return path


def ids(session: Session) -> list[Any]:
    return [row["id"] for row in session.rows("SELECT id FROM things")]


def test_parsed_rows_of_many_files_are_ordered_by_the_key(tmp_path: Path) -> None:
    files = [arrow_file(tmp_path / f"{n}.arrow", given) for n, given in enumerate(([5, 1], [4, 2]))]
    with session_of(tmp_path) as session:
        session.create(RELATION, ParsedRows(files))
        assert ids(session) == [1, 2, 4, 5]
        session.create(RELATION, ParsedRows([]))
        assert ids(session) == []


def test_former_rows_stay_but_for_those_replaced(tmp_path: Path) -> None:
    with session_of(tmp_path) as session:
        former = arrow_file(tmp_path / "old.arrow", [1, 2, 3, 4], "old")
        session.create(RELATION, ParsedRows([former]))
        session.write(RELATION, tmp_path / "old.parquet")
        new = arrow_file(tmp_path / "new.arrow", [2, 9], "new")
        replaced = FormerRows(tmp_path / "old.parquet", "id", pa.array([2, 3], pa.int32()))
        session.create(RELATION, ParsedRows([new], replaced))
        rows = session.rows("SELECT id, note FROM things")
    assert [(row["id"], row["note"]) for row in rows] == [
        (1, "old"),
        (2, "new"),
        (4, "old"),
        (9, "new"),
    ]


@pytest.mark.parametrize("note", [None, "there"])
def test_what_may_be_null_is_optional_whether_or_not_it_is(
    tmp_path: Path, note: str | None
) -> None:
    with session_of(tmp_path) as session:
        session.create(RELATION, ParsedRows([arrow_file(tmp_path / "a.arrow", [1, 2], note)]))
        session.write(RELATION, tmp_path / "a.parquet")
    levels = {
        column.name: column.max_definition_level
        for column in pq.ParquetFile(tmp_path / "a.parquet").schema
    }
    assert levels == {"id": 0, "name": 0, "note": 1, "seen_at": 1}
    assert pq.read_schema(tmp_path / "a.parquet").equals(schema_of(RELATION), check_metadata=False)


def test_the_file_says_what_its_columns_mean_and_is_sealed(tmp_path: Path) -> None:
    target = tmp_path / "a*b?=" / "a.parquet"
    target.parent.mkdir()
    with session_of(tmp_path) as session:
        session.create(RELATION, ParsedRows([arrow_file(tmp_path / "a.arrow", [3, 1])]))
        written = session.write(RELATION, target)
    assert (written.rows, written.sha256) == (2, digest_of(target))
    assert is_whole_parquet(target)
    read = pq.read_schema(target)
    assert read.field("name").metadata == {
        b"meaning": b"Its name",
        b"source": b"field",
        b"unit": b"letters",
    }
    assert read.metadata[b"grain"] == b"thing"


def test_the_bytes_do_not_depend_on_the_threads(tmp_path: Path) -> None:
    """Several row groups, made by several threads at a time."""
    query = (
        "SELECT cast(range AS INTEGER) AS id, 'n' || hash(range) AS name,"
        " nullif('', left('ab', cast(range % 3 AS INTEGER))) AS note,"
        " make_timestamp(range * 1000000) AS seen_at FROM range(250000) ORDER BY range DESC"
    )
    found = set()
    for threads in (1, 2, 2):
        with session_of(tmp_path, threads) as session:
            session.create(replace(RELATION, query=query), None)
            found.add(session.write(RELATION, tmp_path / "a.parquet").sha256)
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
    with session_of(tmp_path) as session, pytest.raises(DefinitionError, match="things: the query"):
        session.create(replace(RELATION, query=query), None)


def test_a_former_file_is_loaded_as_it_is(tmp_path: Path) -> None:
    with session_of(tmp_path) as session:
        session.create(RELATION, ParsedRows([arrow_file(tmp_path / "a.arrow", [7, 3])]))
        session.write(RELATION, tmp_path / "a.parquet")
        session.execute("DROP TABLE things")
        session.load(RELATION, tmp_path / "a.parquet")
        assert ids(session) == [3, 7]


def test_times_are_in_utc_whatever_the_zone_of_the_machine(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from tests.engines.test_session import session_of\n"
        f"with session_of(Path({str(tmp_path)!r})) as one:\n"
        "    for each in (one, one.another()):\n"
        "        print(each.rows(\"SELECT '2020-01-01 00:00:00+02'::TIMESTAMPTZ::VARCHAR AS t\"))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parent.parent.parent,
        env={**os.environ, "TZ": "Pacific/Auckland"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == "[{'t': '2019-12-31 22:00:00+00'}]\n" * 2


def test_more_memory_is_for_the_block_alone(tmp_path: Path) -> None:
    def limit(session: Session) -> object:
        return session.rows("SELECT current_setting('memory_limit') AS most")[0]["most"]

    with session_of(tmp_path) as session:
        before = limit(session)
        with pytest.raises(ValueError, match="fails"), session.more_memory():
            assert limit(session) != before
            raise ValueError("it fails")
        assert limit(session) == before


def test_a_session_that_is_interrupted_ends_with_an_error(tmp_path: Path) -> None:
    with session_of(tmp_path) as session:
        timer = threading.Timer(0.2, session.interrupt)
        timer.start()
        with pytest.raises(duckdb.InterruptException):
            session.execute("SELECT sum(a.range * b.range) FROM range(10000000) a, range(100000) b")
        timer.join()
