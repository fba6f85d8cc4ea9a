"""A rerun gives exactly what a full run gives, whatever changed and whatever was left behind."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.build.run import build
from pipeline.core.errors import NewsloomError
from pipeline.core.paths import work_path
from pipeline.publish.lock import only_writer
from pipeline.sample import write_sample
from pipeline.sources import shares

ARTICLES = 250
Edit = Callable[[Path], None]


def digests(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.suffix in (".parquet", ".html")
    }


def an_article(raw: Path) -> Path:
    return sorted((raw / "_news").rglob("*.md"))[17]


def edit_title(raw: Path) -> None:
    path = an_article(raw)
    path.write_bytes(path.read_bytes().replace(b'title: "', b'title: "Again: ', 1))


def edit_same_size_same_mtime(raw: Path) -> None:
    path = an_article(raw)
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"type: article", b"type: iceberg", 1))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def edit_url(raw: Path) -> None:
    path = an_article(raw)
    path.write_bytes(path.read_bytes().replace(b'webUrl: "https://', b'webUrl: "https://moved.', 1))


def add_article(raw: Path) -> None:
    path = an_article(raw)
    shutil.copy(path, path.with_name("2021-05-05-a-new-one.md"))


def add_broken(raw: Path) -> None:
    (raw / "broken.md").write_text("---\ntitle: a: b\n---\n", encoding="utf-8")


def delete_many(raw: Path) -> None:
    for path in sorted((raw / "_news").rglob("*.md"))[::5]:
        path.unlink()


def rename(raw: Path) -> None:
    path = an_article(raw)
    path.rename(path.with_name("2020-12-31-renamed.md"))


def edit_page(raw: Path) -> None:
    path = min(raw.rglob("*.txt"))
    path.write_bytes(path.read_bytes() + b"\n\nOne more paragraph, and it is a long one, too.\n")


def touch_all(raw: Path) -> None:
    for path in raw.rglob("*"):
        os.utime(path)


EDITS = [
    edit_title,
    edit_same_size_same_mtime,
    edit_url,
    add_article,
    add_broken,
    delete_many,
    rename,
    edit_page,
    touch_all,
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of several shares and its build, to be copied and edited."""
    home = tmp_path_factory.mktemp("rebuild")
    write_sample(home / "raw", ARTICLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shares, "MAX_FILES", 60)
        build(home / "raw", home / "out", workers=1)
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(shares, "MAX_FILES", 60)
    shutil.copytree(built, tmp_path / "home", copy_function=shutil.copy2)
    return tmp_path / "home"


@pytest.mark.parametrize(
    "edit",
    [edit if edit is edit_url else pytest.param(edit, marks=pytest.mark.slow) for edit in EDITS],
)
def test_a_rerun_equals_a_full_run(home: Path, edit: Edit) -> None:
    edit(home / "raw")
    rerun = build(home / "raw", home / "out", workers=1)
    full = build(home / "raw", home / "full", workers=1)
    assert digests(home / "out") == digests(home / "full")
    assert rerun.rows == full.rows
    assert rerun.rebuilt is (edit is not touch_all)
    assert rerun.findings == full.findings


@pytest.mark.slow
def test_edits_one_after_another(home: Path) -> None:
    for edit in EDITS:
        edit(home / "raw")
        build(home / "raw", home / "out", workers=1)
    build(home / "raw", home / "full", workers=1)
    assert digests(home / "out") == digests(home / "full")


def test_a_rerun_without_changes_touches_nothing(home: Path) -> None:
    first = build(home / "raw", home / "out", workers=1)
    before = {path: path.stat().st_mtime_ns for path in (home / "out").rglob("*")}
    again = build(home / "raw", home / "out", workers=1)
    assert not again.rebuilt
    assert again.reasons == ()
    assert {path: path.stat().st_mtime_ns for path in (home / "out").rglob("*")} == before
    assert (again.rows, again.findings, again.run_id) == (first.rows, first.findings, first.run_id)


@pytest.mark.slow
def test_force_rebuilds_all(home: Path) -> None:
    before = digests(home / "out")
    forced = build(home / "raw", home / "out", workers=1, force=True)
    assert forced.rebuilt
    parsed = next(reason for reason in forced.reasons if reason.endswith("files parsed"))
    made, _, rest = parsed.partition(" of ")
    assert rest.startswith(made)
    assert digests(home / "out") == before


def test_a_dry_run_says_why_and_does_nothing(home: Path) -> None:
    edit_title(home / "raw")
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    dry = build(home / "raw", home / "out", dry_run=True)
    assert not dry.rebuilt
    assert dry.reasons[0].startswith("1 file edited: _news/")
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["cut", "flip", "delete"])
def test_damaged_state_only_costs_time(home: Path, damage: str) -> None:
    expected = digests(home / "out")
    edit_title(home / "raw")
    for number, path in enumerate(sorted(work_path(home / "out").rglob("*"))):
        if path.is_dir() or number % 3:
            continue
        data = path.read_bytes()
        if damage == "delete":
            path.unlink()
        else:
            path.unlink()
            middle = len(data) // 2
            flipped = (
                data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :] if data else b""
            )
            path.write_bytes(data[:middle] if damage == "cut" else flipped)
    build(home / "raw", home / "out", workers=1)
    build(home / "raw", home / "full", workers=1)
    assert digests(home / "out") == digests(home / "full") != expected


@pytest.mark.slow
def test_an_edited_output_is_made_again(home: Path) -> None:
    expected = digests(home / "out")
    (home / "out" / "tables" / "articles.parquet").write_bytes(b"mine")
    summary = build(home / "raw", home / "out", workers=1)
    assert summary.rebuilt
    assert digests(home / "out") == expected


@pytest.mark.slow
def test_files_of_the_user_stay(home: Path) -> None:
    (home / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    edit_title(home / "raw")
    build(home / "raw", home / "out", workers=1)
    assert (home / "out" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_two_runs_do_not_write_at_once(home: Path) -> None:
    edit_title(home / "raw")
    expected = digests(home / "out")
    with (
        only_writer(home / "out"),
        pytest.raises(NewsloomError, match=rf"process {os.getpid()}, started .*\) is writing"),
    ):
        build(home / "raw", home / "out", workers=1)
    assert digests(home / "out") == expected
    assert build(home / "raw", home / "out", workers=1).rebuilt
