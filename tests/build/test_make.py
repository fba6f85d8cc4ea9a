"""A build is made whole or not at all, and an error of DuckDB comes as one of newsloom."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.build.run import build
from pipeline.core.catalog import Relation, relations
from pipeline.core.errors import NewsloomError
from pipeline.core.paths import work_path
from pipeline.engines.duckdb_engine import DuckDBEngine
from pipeline.sample import write_sample


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    write_sample(tmp_path / "raw", 3)
    return tmp_path / "raw"


def test_the_summary_says_what_the_files_hold(raw: Path, tmp_path: Path) -> None:
    summary = build(raw, tmp_path / "out", workers=1)
    written = (tmp_path / "out").glob("*/*.parquet")
    assert summary.rows == {path.stem: pq.read_metadata(path).num_rows for path in written}
    files = pq.read_table(tmp_path / "out" / "tables" / "files.parquet").to_pylist()
    assert summary.discovered == len(files) == summary.loaded + summary.skipped + summary.rejected
    assert summary.rejected == sum(row["status"] == "rejected" for row in files)
    rejects = pq.read_table(tmp_path / "out" / "tables" / "rejects.parquet").to_pylist()
    assert sum(summary.problems.values()) == len(rejects)
    assert summary.warnings == sum(row["severity"] == "warning" for row in rejects)
    assert summary.bytes_read == sum(path.stat().st_size for path in raw.rglob("*.*"))


def test_an_error_of_duckdb_publishes_nothing(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = DuckDBEngine._write

    def fail(self: DuckDBEngine, relation: Relation, rows: str, target: Path) -> object:
        if relation.name == "stories":
            self._connection.execute("SELECT no_such_function()")
        return write(self, relation, rows, target)

    monkeypatch.setattr(DuckDBEngine, "_write", fail)
    message = r"(?s)DuckDB could not make the build: .*no_such_function.* is untouched"
    with pytest.raises(NewsloomError, match=message):
        build(raw, tmp_path / "out", workers=1)
    assert not (tmp_path / "out").exists()
    assert {path.name for path in work_path(tmp_path / "out").glob("*")} == set()


def test_every_relation_is_made_and_in_the_order_of_its_key(raw: Path, tmp_path: Path) -> None:
    build(raw, tmp_path / "out", workers=1)
    for name, relation in relations().items():
        table = pq.read_table(tmp_path / "out" / relation.kind / f"{name}.parquet")
        keys = [tuple(row.values()) for row in table.select(list(relation.key)).to_pylist()]
        assert len(set(keys)) == len(keys), name
        if relation.kind == "tables":
            assert keys == sorted(keys, key=lambda key: [(each is None, each) for each in key]), (
                name
            )
