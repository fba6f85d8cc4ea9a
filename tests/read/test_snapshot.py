"""A snapshot is one build, whole, and stays that build whatever happens to its folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pipeline.core.errors import BuildMissing
from pipeline.read import snapshot
from pipeline.read.database import run_id_of
from pipeline.read.snapshot import open_snapshot
from tests.small_build import write_build

NAME = "tables/topics.parquet"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_build(tmp_path / "out", {"topics": [{"topic": "kelp", "article_count": 1}]})


def open_files() -> list[str]:
    return sorted(path.name for path in Path("/dev/fd").iterdir())


def test_it_outlives_what_is_put_in_its_folder(root: Path) -> None:
    held, before = open_snapshot(root), (root / NAME).read_bytes()
    shutil.rmtree(root)
    write_build(root, {})
    assert held.path(NAME).read_bytes() == before
    assert open_snapshot(root).path(NAME).read_bytes() != before


def test_it_closes_its_files(root: Path) -> None:
    before = open_files()
    held = open_snapshot(root)
    assert len(open_files()) > len(before)
    del held
    assert open_files() == before


@pytest.mark.parametrize("kind", ["link", "pipe", "absent"])
def test_what_is_no_file_of_the_build_is_refused(root: Path, tmp_path: Path, kind: str) -> None:
    (root / NAME).rename(tmp_path / "elsewhere")
    if kind == "link":
        (root / NAME).symlink_to(tmp_path / "elsewhere")
    elif kind == "pipe":
        os.mkfifo(root / NAME)
    with pytest.raises(BuildMissing, match=r"topics\.parquet"):
        open_snapshot(root)


def test_a_build_that_is_replaced_meanwhile_is_opened_anew(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced = iter([False, False, True])
    monkeypatch.setattr(snapshot, "_is_at", lambda *_: next(replaced))
    assert open_snapshot(root).manifest["run_id"]
    assert list(replaced) == []


def test_it_gives_up_where_the_folder_never_rests(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "_is_at", lambda *_: False)
    with pytest.raises(BuildMissing, match="again and again"):
        open_snapshot(root)


def test_a_database_that_names_no_run_has_none(root: Path, tmp_path: Path) -> None:
    (tmp_path / "text.duckdb").write_text("no database")
    for name in ("text.duckdb", "absent.duckdb", "out/analytics.duckdb"):
        assert run_id_of(tmp_path / name) is None
