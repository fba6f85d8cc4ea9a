"""Where a build cannot be put is said before any work is done; where it can, links are followed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import pipeline
from pipeline.build.run import build
from pipeline.core.errors import NewsloomError, UsageError
from pipeline.core.paths import work_path
from pipeline.read.verify import verify
from pipeline.sample import write_sample


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    write_sample(tmp_path / "raw", 3)
    return tmp_path / "raw"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["tmpfs", "bind"])
def test_a_mount_point_is_refused_before_any_work(
    raw: Path, tmp_path: Path, mounted: Callable[..., None], kind: str
) -> None:
    out, other = tmp_path / "a folder", tmp_path / "other"
    out.mkdir()
    other.mkdir()
    arguments = ["-t", "tmpfs", "none"] if kind == "tmpfs" else ["--bind", str(other)]
    mounted(*arguments, str(out))
    with pytest.raises(UsageError, match=r"is a mount point.*give a folder inside it"):
        build(raw, out, workers=1)
    assert not work_path(out).exists()
    assert list(out.iterdir()) == []
    build(raw, out / "build", workers=1)
    assert verify(out / "build").faults == ()


@pytest.mark.parametrize("out", ["raw", "raw/processed", "."])
def test_archive_and_build_lie_apart(raw: Path, out: str) -> None:
    before = sorted(raw.rglob("*"))
    with pytest.raises(UsageError, match="lie one in the other"):
        build(raw, raw.parent / out, workers=1)
    assert sorted(raw.rglob("*")) == before


@pytest.mark.slow
def test_a_link_is_followed_and_stays(raw: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "disk" / "target", tmp_path / "link"
    target.parent.mkdir()
    link.symlink_to(target)
    for _ in range(2):
        build(raw, link, workers=1, force=True)
        assert link.is_symlink()
        assert verify(target).faults == ()
    assert {path.name for path in target.parent.iterdir()} == {"target", ".target.newsloom"}


def test_where_nothing_can_be_written_the_message_says_where(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NewsloomError, match=r"could not be written \(.*: .*file.*untouched"):
        build(raw, tmp_path / "file" / "out", workers=1)


def test_a_read_only_disk(raw: Path, tmp_path: Path, mounted: Callable[..., None]) -> None:
    (tmp_path / "disk").mkdir()
    mounted("-t", "tmpfs", "-o", "ro", "none", str(tmp_path / "disk"))
    with pytest.raises(NewsloomError, match=r"could not be written \(Read-only file system: "):
        build(raw, tmp_path / "disk" / "out", workers=1)


@pytest.mark.slow
@pytest.mark.parametrize("size", ["128k", "1m", "4m", "7m"])
def test_a_full_disk(raw: Path, tmp_path: Path, mounted: Callable[..., None], size: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted("-t", "tmpfs", "-o", f"size={size}", "none", str(disk))
    with pytest.raises(NewsloomError, match=r"(?s)No space left on device.*is untouched"):
        build(raw, disk / "out", workers=1)
    assert not (disk / "out").exists()
    assert not list(work_path(disk / "out").glob("staging*"))


@pytest.mark.slow
def test_a_full_disk_leaves_the_former_build(
    raw: Path, tmp_path: Path, mounted: Callable[..., None]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted("-t", "tmpfs", "-o", "size=40m", "none", str(disk))
    former = build(raw, disk / "out", workers=1)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    (disk / "filler").write_bytes(b"x" * (free - 200_000))
    with pytest.raises(NewsloomError, match="No space left on device"):
        build(raw, disk / "out", workers=1, force=True)
    assert verify(disk / "out").faults == ()
    assert pipeline.open(disk / "out").manifest["run_id"] == former.run_id
    (disk / "filler").unlink()
    assert build(raw, disk / "out", workers=1, force=True).rebuilt
    assert verify(disk / "out").faults == ()
