"""Publishing: what it keeps, what it takes over, and when it does not happen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.build.run import build
from pipeline.build.state import load
from pipeline.core.errors import NewsloomError
from pipeline.core.paths import Layout, work_path
from pipeline.publish import publish
from pipeline.publish.work_dir import WorkDir
from pipeline.read.verify import verify
from tests.build_fixtures import parquet_bytes


def edit(raw: Path, number: int) -> None:
    (raw / "new.txt").write_text(f"Page {number}\n\nwith a paragraph")


@pytest.mark.slow
def test_files_of_the_user_stay_over_three_publications(home: Path) -> None:
    out = home / "out"
    for name in ("notes.txt", "tables/mine.csv", "marts/mine.parquet", "marts/more/mine.csv"):
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text(name)
    for number in range(3):
        edit(home / "raw", number)
        build(home / "raw", out, workers=1)
        for name in ("notes.txt", "tables/mine.csv", "marts/mine.parquet", "marts/more/mine.csv"):
            assert (out / name).read_text() == name
    assert {fault.kind for fault in verify(out).faults} == {"superfluous"}


@pytest.mark.slow
def test_a_file_of_a_former_build_goes(home: Path) -> None:
    """A table that a newer version no longer makes is named by the manifest of its build."""
    out = home / "out"
    manifest = out / "manifest.json"
    (out / "marts" / "gone.parquet").write_text("a mart of an earlier version")
    text = manifest.read_text().replace('"files": {', '"files": {"marts/gone.parquet": {},')
    manifest.write_text(text)
    build(home / "raw", out, workers=1, force=True)
    assert verify(out).faults == ()


@pytest.mark.slow
def test_no_link_in_a_former_build_is_followed(home: Path) -> None:
    out, mine = home / "out", home / "mine"
    mine.mkdir()
    (mine / "thesis").write_text("a long text")
    shutil.move(out / "tables", home / "elsewhere")
    (out / "tables").symlink_to(mine)
    for _ in range(2):
        build(home / "raw", out, workers=1, force=True)
        assert verify(out).faults == ()
        assert (mine / "thesis").read_text() == "a long text"


def delete(work: WorkDir) -> None:
    shutil.rmtree(work.path)


def delete_and_begin_anew(work: WorkDir) -> None:
    shutil.rmtree(work.path)
    work.path.mkdir()


def move_away(work: WorkDir) -> None:
    work.path.rename(work.path.with_name("moved"))


def delete_one_file(work: WorkDir) -> None:
    (work.staged.root / "marts" / "stories.parquet").unlink()


@pytest.mark.slow  # two builds for each way
@pytest.mark.parametrize("disturb", [delete, delete_one_file, delete_and_begin_anew, move_away])
def test_a_work_folder_that_was_deleted_publishes_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, disturb: Callable[[WorkDir], None]
) -> None:
    out = home / "out"
    before, undisturbed = parquet_bytes(out), publish.publish

    def publish_disturbed(
        staged: Layout, layout: Layout, work: WorkDir, files: dict[str, str]
    ) -> None:
        disturb(work)
        undisturbed(staged, layout, work, files)

    edit(home / "raw", 1)
    with monkeypatch.context() as patch:
        patch.setattr(publish, "publish", publish_disturbed)
        with pytest.raises(NewsloomError, match=r"deleted or replaced|could not be written"):
            build(home / "raw", out, workers=1)
    assert parquet_bytes(out) == before
    build(home / "raw", out, workers=1)
    assert verify(out).faults == ()
    assert parquet_bytes(out) != before


@pytest.mark.slow
def test_a_publication_that_was_deleted_from_is_undone(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = home / "out"
    before = parquet_bytes(out)
    exchange, times = publish.exchange, iter((1, 2))

    def exchange_disturbed(one: Path, other: Path) -> None:
        exchange(one, other)
        if next(times) == 1:
            (other / "tables" / "articles.parquet").unlink()

    edit(home / "raw", 1)
    with monkeypatch.context() as patch:
        patch.setattr(publish, "exchange", exchange_disturbed)
        with pytest.raises(NewsloomError, match=r"deleted or replaced"):
            build(home / "raw", out, workers=1)
    assert parquet_bytes(out) == before
    assert verify(out).faults == ()


def flip(path: Path) -> None:
    """Change one byte as a failing disk would: no stamp but the ctime tells of it."""
    status, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x41
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


DAMAGED = (
    *("tables/pages.parquet", "marts/page_mentions.parquet"),
    *("analytics.duckdb", "report.html"),
)


@pytest.mark.slow
@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.parametrize("is_told_by_stamps", [True, False])
def test_damage_is_not_carried_on(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, is_told_by_stamps: bool
) -> None:
    out = home / "out"
    expected = parquet_bytes(out)
    flip(out / name)
    if not is_told_by_stamps:
        monkeypatch.setattr("pipeline.build.run._Run._is_whole", lambda *_: True)
        edit(home / "raw", 1)
        build(home / "raw", home / "fresh", workers=1)
        expected = parquet_bytes(home / "fresh")
    summary = build(home / "raw", out, workers=1)
    is_told = any("damaged" in each or "altered" in each for each in summary.reasons)
    assert is_told is (is_told_by_stamps or name.startswith("tables/"))
    assert verify(out).faults == ()
    assert parquet_bytes(out) == expected


def test_a_build_whose_stamps_alone_changed_is_read_and_kept(home: Path) -> None:
    out = home / "out"
    for path in out.rglob("*.parquet"):
        os.utime(path)
    before = load(work_path(out) / "state")
    assert not build(home / "raw", out, workers=1).rebuilt
    after = load(work_path(out) / "state")
    assert before is not None
    assert after is not None
    assert after.stamps != before.stamps
    assert after.files == before.files
