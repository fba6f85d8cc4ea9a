"""A build is the same whatever its folder is called: no path is a pattern, a partition or SQL."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import duckdb
import pytest

import pipeline
from pipeline.build.run import build
from pipeline.core.duckdb_paths import harmless_folder, parquet_scan, writable_database
from pipeline.core.errors import NewsloomError
from pipeline.read.verify import verify
from pipeline.sample import write_sample
from tests.build_fixtures import parquet_bytes
from tests.calling import call, loaded

COLUMNS = [
    "type=evil", "category=sport", "collection=x", "provider_domain=evil.example", "topic=X",
    "host=cdn", "owner=me", "role=body", "quality=5", "status=loaded", "code=x", "canonical_url=u",
    "published_at=2020-01-01", "month=2024-01-01", "year=2024",
    "article_id=__HIVE_DEFAULT_PARTITION__", "source_path=NULL", "file_index=7",
]  # fmt: skip
FEW = ["wh?t", "back\\slash", "s3:", "type=evil"]
NAMES = [
    *COLUMNS, *FEW[:-1],
    "**", "a*b", "?", "*", "[a]", "[!a]", "{a,b}", "~", "~root", "it's", 'say "x"',
    " lead", "trail ", "a b", "100%20", "%s", "line\nbreak", "tab\tbed", "Ōtautahi", "e\u0301",
    "\u202eltr", "\udcff", "semi;colon", "--", "$HOME", "http:", "file:", "md:", "sqlite:x",
    "-dash", "#hash", "a&b=c", "?x=1", "...", "tables", "analytics.duckdb", "x" * 200,
]  # fmt: skip


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("strange") / "raw"
    write_sample(folder, 15, seed=3)
    return folder


@pytest.fixture(scope="module")
def plain(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("plain") / "out"
    build(raw, out, workers=1)
    return parquet_bytes(out)


def assert_the_same_build(raw: Path, plain: dict[str, bytes], out: Path) -> None:
    """The path is relative, so that its first characters are the strange ones."""
    build(raw, out, workers=1)
    build(raw, out, workers=1, force=True)
    assert parquet_bytes(out) == plain
    assert verify(out).faults == ()
    assert call("check", "--out", str(out)).exit_code == 0
    count = "select count(*) as n from duckdb_columns() where not internal"
    columns = sum(len(entry.columns) for entry in pipeline.core.catalog.relations().values())
    assert loaded("sql", count, "--out", str(out), "--json") == [{"n": columns}]
    with pipeline.open(out) as opened:
        for name in opened.tables():
            assert opened.sql(f"from {name}").equals(opened.table(name))


@pytest.mark.parametrize("name", FEW)
def test_a_few_strange_folders(
    raw: Path, plain: dict[str, bytes], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_the_same_build(raw, plain, Path(name, "out"))
    assert os.listdir() == [name]  # noqa: PTH208


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_strange_folder(
    raw: Path, plain: dict[str, bytes], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_the_same_build(raw, plain, Path(name, "out"))
    assert_the_same_build(raw, plain, Path(f"{name}.out"))


@pytest.mark.parametrize("name", NAMES)
def test_parquet_and_database_in_a_strange_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with duckdb.connect() as connection:
        with harmless_folder(folder) as harmless:
            connection.execute(f"copy (select 'a' as type, 1 as x) to '{harmless}/a.parquet'")
            connection.execute(f"copy (select 'b' as type, 2 as x) to '{harmless}/b.parquet'")
        with parquet_scan([folder / "b.parquet", folder / "a.parquet"]) as scan:
            assert connection.execute(f"from {scan}").fetchall() == [("b", 2), ("a", 1)]
        for number in (1, 2):
            with writable_database(folder / "x.duckdb") as path:
                connection.execute(f"attach '{path}' as x")
                connection.execute(f"create table x.t{number} as select {number} as x")
                connection.execute("detach x")
    assert {path.name for path in folder.iterdir()} == {"a.parquet", "b.parquet", "x.duckdb"}


def test_a_strange_folder_for_temporary_files_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = tmp_path / "tmp*"
    strange.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(strange))
    with harmless_folder(tmp_path) as folder:
        assert folder == tmp_path
    with pytest.raises(NewsloomError, match="set TMPDIR"), harmless_folder(strange):
        pass
    assert list(strange.iterdir()) == []
