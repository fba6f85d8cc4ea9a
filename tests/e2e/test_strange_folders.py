"""A build is the same whatever its folder is called: no path is a pattern, a partition or SQL."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import pipeline
from pipeline.build.run import build
from pipeline.read.verify import verify
from pipeline.sample import write_sample
from tests.build_fixtures import parquet_bytes
from tests.calling import call, loaded
from tests.core.test_duckdb_paths import NAMES


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


@pytest.mark.slow  # three builds; core/test_duckdb_paths writes to folders of all these names
def test_a_strange_folder(
    raw: Path, plain: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_the_same_build(raw, plain, Path("wh?t", "out"))
    assert os.listdir() == ["wh?t"]  # noqa: PTH208


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_strange_folder(
    raw: Path, plain: dict[str, bytes], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_the_same_build(raw, plain, Path(name, "out"))
    assert_the_same_build(raw, plain, Path(f"{name}.out"))
