"""Nothing is deleted, cut, renamed or written through what was planted in the work folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.build import state as states
from pipeline.build.run import build
from pipeline.build.state import State
from pipeline.core.errors import NewsloomError
from pipeline.core.paths import Layout, work_path
from pipeline.publish import work_dir
from pipeline.publish.lock import only_writer
from pipeline.publish.recovery import recover
from pipeline.publish.work_dir import WorkDir
from pipeline.read.verify import verify
from pipeline.sample import write_sample
from pipeline.sources.listing import Listing

Plant = Callable[[Path, Path], None]

ENTRIES = [
    *("lock", "state", "state.PID", "folder", "folder/file", "folder/folder"),
    *("staging", "staging/build", "staging/build/tables", "staging.x/build.exchanged", "other"),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of the user's, which a run has no business with."""
    home = tmp_path / "home"
    (home / "inner").mkdir(parents=True)
    (home / "inner" / "thesis").write_text("a long text")
    (home / "key").write_text("secret")
    (home / "articles.parquet").write_text("mine")
    return home


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    write_sample(tmp_path / "raw", 3)
    return tmp_path / "raw"


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def link_to_folder(place: Path, home: Path) -> None:
    place.symlink_to(home, target_is_directory=True)


def link_to_file(place: Path, home: Path) -> None:
    place.symlink_to(home / "key")


def second_name(place: Path, home: Path) -> None:
    place.hardlink_to(home / "key")


def pipe(place: Path, home: Path) -> None:
    os.mkfifo(place)


PLANTS: list[Plant] = [link_to_folder, link_to_file, second_name, pipe]


def planted(out: Path, entry: str) -> Path:
    place = work_path(out) / entry.replace("PID", str(os.getpid()))
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("entry", ENTRIES)
def test_nothing_planted_is_followed(tmp_path: Path, home: Path, entry: str, plant: Plant) -> None:
    out = tmp_path / "out"
    place = planted(out, entry)
    plant(place, home)
    before = content(home)
    with only_writer(out) as work:
        recover(work, Layout(out))
        states.save(work.state, State("1", "2", "news", Listing(), bytearray()))
    assert content(home) == before
    saved = states.load(work_path(out) / "state")
    assert saved
    assert saved.code == "1"
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.parametrize("plant", PLANTS)
def test_a_run_follows_nothing_planted(raw: Path, tmp_path: Path, home: Path, plant: Plant) -> None:
    out = tmp_path / "out"
    for entry in ENTRIES:
        if not any(other.startswith(f"{entry}/") for other in ENTRIES):
            plant(planted(out, entry), home)
    before = content(home)
    for _ in range(2):
        build(raw, out, workers=1, force=True)
        assert content(home) == before
        assert verify(out).faults == ()


def test_the_folder_itself_may_be_no_link(raw: Path, tmp_path: Path, home: Path) -> None:
    work_path(tmp_path / "out").symlink_to(home)
    before = content(home)
    with pytest.raises(NewsloomError, match=r"\.out\.newsloom is a link or a file.*delete it"):
        build(raw, tmp_path / "out", workers=1)
    assert content(home) == before


@pytest.mark.parametrize("entry", [".", "state", "lock", "other"])
def test_what_belongs_to_another_user_is_refused(raw: Path, tmp_path: Path, entry: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    out = tmp_path / "out"
    with only_writer(out) as work:
        states.save(work.state, State("1", "2", "news", Listing(), bytearray()))
    place = work_path(out) / entry
    if not place.exists():
        place.mkdir(parents=True)
    os.chown(place, 12345, 12345)
    (raw / "new.txt").write_text("One more page\n\nwith a paragraph")
    before = content(work_path(out))
    with pytest.raises(NewsloomError, match=r"belongs to another user \(uid 12345\).*delete it"):
        build(raw, out, workers=1)
    assert place.stat().st_uid == 12345
    after = content(work_path(out))
    assert {name: after[name] for name in before} == before


def test_others_are_kept_out(tmp_path: Path) -> None:
    path = work_path(tmp_path / "out")
    path.mkdir()
    path.chmod(0o777)
    with only_writer(tmp_path / "out") as work:
        work.make_folder(work.staging.name)
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert stat.S_IMODE(work.staging.stat().st_mode) == 0o700


def test_a_folder_put_in_its_place_is_not_reached(tmp_path: Path, home: Path) -> None:
    with only_writer(tmp_path / "out") as work:
        if work.root == work.path:
            pytest.skip("there are no paths through a handle here")
        work.path.rename(tmp_path / "moved")
        work.path.symlink_to(home)
        before = content(home)
        (work.root / "key").write_text("ours")
        work.remove("inner")
        assert not work.is_in_place
        assert content(home) == before
        assert (tmp_path / "moved" / "key").read_text() == "ours"


def test_errors_name_the_folder(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"out\.newsloom/staging\.\w+/absent'$") as raised:  # noqa: SIM117
        with only_writer(tmp_path / "out") as work:
            (work.staging / "absent").read_bytes()
    assert str(raised.value.filename).startswith(str(tmp_path))


def test_a_file_that_cannot_be_made_is_told_as_the_system_tells_it(
    tmp_path: Path, mounted: Callable[..., None]
) -> None:
    (tmp_path / "disk").mkdir()
    mounted("-t", "tmpfs", "-o", "nr_inodes=2", "tmpfs", str(tmp_path / "disk"))
    with (
        pytest.raises(OSError, match="No space left on device"),
        only_writer(tmp_path / "disk" / "out"),
    ):
        pass


def test_without_safe_deletion_nothing_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_dir.shutil.rmtree, "avoids_symlink_attacks", False, raising=False)
    work = WorkDir(tmp_path / "out")
    work.make_folder("old")
    with pytest.raises(OSError, match="old is in the way; delete it"):
        work.remove("old")
    assert work.names() == ["old"]
    work.close()
