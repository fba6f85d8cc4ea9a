"""`analytics.duckdb`: everything in it, explained, readable anywhere and by older DuckDB."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline.core.catalog import relations
from tests.build_fixtures import DATA_RAW, Builder

OLD = "1.2.2"
RELATIONS = list(relations().values())

SUMS = """
import json, sys
import duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
names = json.loads(sys.argv[2])
rows = {name: connection.execute(f'select count(*), count(distinct t) from {name} t').fetchone()
        for name in names}
[comment] = connection.execute(
    "select comment from duckdb_tables() where table_name = 'articles'").fetchone()
print(json.dumps({"version": duckdb.__version__, "rows": rows, "comment": comment}))
"""


def query(database: Path, text: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(text).fetchall()


@pytest.mark.slow
def test_it_holds_every_relation_with_the_rows_of_its_file(built: Builder) -> None:
    out, summary = built(DATA_RAW)
    database = out / "analytics.duckdb"
    names = [name for (name,) in query(database, "select table_name from duckdb_tables()")]
    assert sorted(names) == sorted(relations())
    for relation in RELATIONS:
        path = out / relation.kind / f"{relation.name}.parquet"
        differing = query(
            database,
            f"(select * from {relation.name} except all select * from read_parquet('{path}'))"
            f" union all"
            f" (select * from read_parquet('{path}') except all select * from {relation.name})",
        )
        assert differing == []
        assert pq.read_metadata(path).num_rows == summary.rows[relation.name]


def test_every_table_and_column_is_explained(built: Builder) -> None:
    database = built(DATA_RAW)[0] / "analytics.duckdb"
    tables = dict(query(database, "select table_name, comment from duckdb_tables()"))
    columns = {
        (table, column): (kind, comment)
        for table, column, kind, comment in query(
            database,
            "select table_name, column_name, data_type, comment from duckdb_columns()"
            " where not internal",
        )
    }
    for relation in RELATIONS:
        assert relation.description in tables[relation.name]
        assert relation.grain in tables[relation.name]
        for column in relation.columns:
            assert columns[relation.name, column.name] == (column.type, column.comment)
    assert len(columns) == sum(len(relation.columns) for relation in RELATIONS)


@pytest.mark.slow
def test_it_opens_after_a_move_and_from_another_folder(
    built: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, summary = built(DATA_RAW)
    moved = tmp_path / "moved here" / "renamed.duckdb"
    moved.parent.mkdir()
    shutil.copyfile(out / "analytics.duckdb", moved)
    moved.chmod(0o444)
    monkeypatch.chdir(moved.parent)
    for name, rows in summary.rows.items():
        assert query(Path("renamed.duckdb"), f"select count(*) from {name}") == [(rows,)]
    assert list(moved.parent.iterdir()) == [moved]


@pytest.fixture(scope="module")
def old_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds an older DuckDB, installed from the registry."""
    folder = tmp_path_factory.mktemp("old")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--target", str(folder), f"duckdb=={OLD}"]
    installed = subprocess.run(command, capture_output=True, text=True, check=False)
    if installed.returncode:
        pytest.skip(f"pip cannot install duckdb {OLD}: {installed.stderr.strip()[-300:]}")
    return folder


@pytest.mark.slow
def test_an_older_duckdb_reads_every_table(built: Builder, old_duckdb: Path) -> None:
    out, summary = built(DATA_RAW)
    read = subprocess.run(
        [sys.executable, "-c", SUMS, str(out / "analytics.duckdb"), json.dumps(list(relations()))],
        env={**os.environ, "PYTHONPATH": str(old_duckdb)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert read.returncode == 0, read.stderr
    told = json.loads(read.stdout)
    assert told["version"] == OLD
    assert {name: tuple(rows) for name, rows in told["rows"].items()} == {
        name: (rows, rows) for name, rows in summary.rows.items()
    }
    assert told["comment"]


@pytest.mark.slow
def test_an_older_duckdb_reads_the_parquet_files(built: Builder, old_duckdb: Path) -> None:
    out, summary = built(DATA_RAW)
    files = [str(out / each.kind / f"{each.name}.parquet") for each in RELATIONS]
    script = (
        "import duckdb, json, sys\n"
        "print(json.dumps([len(duckdb.sql(f\"select * from '{file}'\").fetchall())"
        " for file in json.loads(sys.argv[1])]))"
    )
    read = subprocess.run(
        [sys.executable, "-c", script, json.dumps(files)],
        env={**os.environ, "PYTHONPATH": str(old_duckdb)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert read.returncode == 0, read.stderr
    assert json.loads(read.stdout) == [summary.rows[each.name] for each in RELATIONS]
