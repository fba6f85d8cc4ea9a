"""After a run that ended before its time nothing is left of it, and the user's files are kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.paths import Layout, work_path
from pipeline.publish.lock import only_writer
from pipeline.publish.recovery import give_back, recover


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A build, and a staged one that was to replace it."""
    made(tmp_path / "out", "new")
    made(work_path(tmp_path / "out") / "staging.x" / "build", "staged")
    return tmp_path / "out"


def made(folder: Path, content: str) -> Path:
    """A folder with what a build consists of."""
    files = ["tables/a.parquet", "marts/b.parquet", "analytics.duckdb", "report.html"]
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (folder / "manifest.json").write_text(json.dumps({"files": dict.fromkeys(files)}))
    return folder


def left(out: Path) -> set[str]:
    return {path.name for path in work_path(out).glob("*")}


def test_what_was_being_made_goes_and_the_state_stays(out: Path) -> None:
    (work_path(out) / "state").write_bytes(b"known")
    (work_path(out) / "other").mkdir()
    with only_writer(out) as work:
        recover(work, Layout(out))
    assert left(out) == {"state"}
    assert (out / "report.html").read_text() == "new"


def test_an_exchange_that_was_interrupted_is_finished(out: Path) -> None:
    build = work_path(out) / "staging.x" / "build"
    build.rename(build.with_name("build.exchanged"))
    out.rename(build)
    with only_writer(out) as work:
        recover(work, Layout(out))
    assert left(out) == set()
    assert (out / "report.html").read_text() == "staged"


def test_nothing_of_a_build_that_was_not_finished_is_published(out: Path) -> None:
    """Not even a table that the published build has lost, or a mart that it never had."""
    staged = work_path(out) / "staging.x" / "build"
    (staged / "manifest.json").unlink()
    (staged / "marts" / "new.parquet").write_text("staged")
    (out / "tables" / "a.parquet").unlink()
    with only_writer(out) as work:
        recover(work, Layout(out))
    assert {path.name for path in out.glob("*/*")} == {"b.parquet"}
    assert left(out) == set()


def test_files_of_the_user_go_with_the_build_that_is_published(tmp_path: Path) -> None:
    former, published = made(tmp_path / "former", "old"), made(tmp_path / "published", "new")
    mine = ("notes.txt", "tables/mine.csv", "marts/more/mine.csv", "tables/gone.parquet")
    for name in mine:
        (former / name).parent.mkdir(exist_ok=True)
        (former / name).write_text("mine")
    manifest: dict[str, Any] = {"files": {"tables/a.parquet": {}, "tables/gone.parquet": {}}}
    (former / "manifest.json").write_text(json.dumps(manifest))
    give_back(former, published)
    assert [(published / name).exists() for name in mine] == [True, True, True, False]
    assert (published / "report.html").read_text() == "new"
    assert (published / "tables" / "a.parquet").read_text() == "new"


@pytest.mark.parametrize("manifest", [None, "no json", '{"files": 1}', "[" * 100_000])
def test_without_a_manifest_nothing_is_taken_for_ours(tmp_path: Path, manifest: str | None) -> None:
    former, published = made(tmp_path / "former", "old"), made(tmp_path / "published", "new")
    (former / "manifest.json").unlink()
    if manifest is not None:
        (former / "manifest.json").write_text(manifest)
    (former / "marts" / "mine.parquet").write_text("mine")
    give_back(former, published)
    assert (published / "marts" / "mine.parquet").read_text() == "mine"


def test_no_link_is_followed(tmp_path: Path) -> None:
    home = made(tmp_path / "home", "mine")
    (home / "thesis").write_text("a long text")
    (tmp_path / "former").symlink_to(home)
    published = made(tmp_path / "published", "new")
    give_back(tmp_path / "former", published)
    (published / "tables" / "a.parquet").unlink()
    (published / "tables").rmdir()
    (published / "tables").symlink_to(home)
    give_back(made(tmp_path / "other", "old"), published)
    assert (home / "thesis").read_text() == "a long text"
    assert {path.name for path in published.iterdir()} >= {"tables", "marts"}
    assert not (published / "thesis").exists()
