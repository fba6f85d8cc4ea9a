"""A build made by somebody else: whatever it holds, reading it runs nothing and reaches no file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

import pipeline
from pipeline.core.fingerprint import fingerprint_of
from pipeline.publish.manifest import sealed
from pipeline.read.verify import _sha256
from tests.calling import call
from tests.small_build import ESCAPE, write_build, write_example

VERBS = [
    ["check"], ["rejects"], ["rejects", "--code", "invalid_yaml"], ["sql", "from files"],
    ["sql", "from files", "--allow-files"], ["tables"], ["describe", "files"], ["verify"],
]  # fmt: skip
READING = [verb for verb in VERBS if verb[0] in ("check", "rejects", "sql")]
PRIVATE = "the private key of the analyst"


def reseal(folder: Path) -> None:
    """Let the manifest say that the database belongs to the build."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest.pop("manifest_sha256")
    path = folder / "analytics.duckdb"
    manifest["files"][path.name] = {
        "bytes": path.stat().st_size,
        "sha256": _sha256(path),
        "fingerprint": fingerprint_of(path),
    }
    (folder / "manifest.json").write_text(sealed(manifest))


def views(folder: Path) -> None:
    private = folder.parent / "private.txt"
    private.write_text(PRIVATE)
    with duckdb.connect(folder / "analytics.duckdb") as connection:
        for name in ("files", "rejects"):
            connection.execute(f"alter table {name} rename to {name}_")
            connection.execute(
                f"create view {name} as from {name}_ union all by name"
                f" select content as source_path, 'error' as severity from read_text('{private}')"
            )


def nothing(folder: Path) -> None:
    (folder / "analytics.duckdb").unlink()
    duckdb.connect(folder / "analytics.duckdb").close()


def no_database(folder: Path) -> None:
    (folder / "analytics.duckdb").write_bytes(b"x" * 20_000)


def sqlite(folder: Path) -> None:
    (folder / "analytics.duckdb").unlink()
    with sqlite3.connect(folder / "analytics.duckdb") as connection:
        connection.execute("create table files (source_path text)")


@pytest.fixture(scope="module", params=[views, nothing, no_database, sqlite])
def foreign(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Callable[[Path], None], Path]:
    """What was done to a build, and its folder, which no reading changes."""
    folder = write_build(tmp_path_factory.mktemp("foreign") / "out", {})
    request.param(folder)
    reseal(folder)
    return request.param, folder


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_it_is_refused_in_one_message(
    foreign: tuple[Callable[[Path], None], Path], verb: list[str]
) -> None:
    change, folder = foreign
    before = sorted(folder.parent.rglob("*"))
    result = call(*verb, "--out", str(folder))
    assert PRIVATE not in result.output
    assert sorted(folder.parent.rglob("*")) == before
    if verb in READING:
        assert result.exit_code in ((1,) if change is not nothing else (1, 2))
        assert result.stderr.startswith("error: ")
    if change is views and verb in READING:
        assert "'files' is a view" in result.stderr
    if change is views:
        told = r"analytics\.duckdb was not made .* is a view"
        with pytest.raises(pipeline.BuildMissing, match=told), pipeline.open(folder) as it:
            it.sql("select 1")


def test_what_it_calls_things_is_shown_and_not_sent(tmp_path: Path) -> None:
    folder = Path(write_example(tmp_path / "out"))
    with duckdb.connect(folder / "analytics.duckdb") as connection:
        connection.execute("update rejects set code = code || chr(27), severity = chr(155)")
    reseal(folder)
    result = call("rejects", "--out", str(folder))
    assert result.exit_code == 0
    assert not {ESCAPE, "\x9b"} & set(result.stdout)


def test_a_manifest_with_rows_that_are_no_number_is_none(tmp_path: Path) -> None:
    folder = write_build(tmp_path / "out", {})
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest.pop("manifest_sha256")
    manifest["files"]["tables/topics.parquet"]["rows"] = f"{ESCAPE}[2J"
    (folder / "manifest.json").write_text(sealed(manifest))
    result = call("tables", "--out", str(folder))
    assert (result.exit_code, ESCAPE in result.output) == (1, False)
    assert "is not a manifest" in result.stderr
