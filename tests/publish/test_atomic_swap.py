"""Two folders change places in one step, or in three that the next run can finish."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.build.run import build
from pipeline.core.paths import Layout, work_path
from pipeline.publish import atomic_swap
from pipeline.publish.atomic_swap import exchange, finish_exchange
from pipeline.read.verify import verify
from pipeline.sample import write_sample


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders, each with a file that has its name."""
    folders = tmp_path / "one", tmp_path / "other"
    for folder in folders:
        folder.mkdir()
        (folder / folder.name).touch()
    return folders


@pytest.fixture(params=[True, False], ids=["in one step", "by renaming"])
def can_exchange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(atomic_swap, "_exchanged", lambda *_: False)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("can_exchange")
def test_two_folders_change_places(pair: tuple[Path, Path], tmp_path: Path) -> None:
    one, other = pair
    exchange(one, other)
    assert (names(one), names(other)) == (["other"], ["one"])
    finish_exchange(one, other)
    assert (names(one), names(other)) == (["other"], ["one"])
    assert names(tmp_path) == ["one", "other"]


@pytest.mark.usefixtures("can_exchange")
def test_where_one_is_absent_nothing_is_lost(pair: tuple[Path, Path], tmp_path: Path) -> None:
    one, _ = pair
    with pytest.raises(FileNotFoundError):
        exchange(one, tmp_path / "absent")
    finish_exchange(one, tmp_path / "absent")
    kept = one if one.exists() else tmp_path / "absent"
    assert names(kept) == ["one"]


@pytest.mark.parametrize("step", [1, 2, 3])
def test_what_was_interrupted_is_finished(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, step: int
) -> None:
    """Wherever it stopped, both folders are there again, each whole."""
    renames, rename = iter(range(1, 4)), Path.rename

    def stop_before(self: Path, target: Path) -> Path:
        if next(renames) == step:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(atomic_swap, "_exchanged", lambda *_: False)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", stop_before)
        with pytest.raises(OSError, match="Input/output"):
            exchange(*pair)
    finish_exchange(*pair)
    assert names(tmp_path) == ["one", "other"]
    assert sorted(names(pair[0]) + names(pair[1])) == ["one", "other"]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    write_sample(tmp_path / "raw", 3)
    return tmp_path / "raw"


@pytest.mark.slow
class TestExchangeByRenaming:
    """Where a file system cannot exchange folders in one step, three renames do."""

    @pytest.fixture(autouse=True)
    def cannot_exchange(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(atomic_swap, "_exchanged", lambda *_: False)

    def test_it_publishes(self, raw: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        for _ in range(2):
            build(raw, out, workers=1, force=True)
            assert verify(out).faults == ()

    @pytest.mark.parametrize("step", [1, 2, 3])
    def test_what_was_interrupted_is_finished_by_the_next_run(
        self, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
    ) -> None:
        out = tmp_path / "out"
        build(raw, out, workers=1)
        (out / "notes.txt").write_text("mine")
        renames, rename = iter(range(1, 4)), Path.rename

        def stop_before(self: Path, target: Path) -> Path:
            if next(renames, 0) == step:
                raise OSError(5, "Input/output error")
            return rename(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", stop_before)
            staged = Layout(work_path(out) / "staging.x" / "build")
            (staged.root / "tables").mkdir(parents=True)
            with pytest.raises(OSError, match="Input/output"):
                exchange(staged.root, out)
        build(raw, out, workers=1)
        assert verify(out).faults == ()
        assert (out / "notes.txt").read_text() == "mine"
        assert Layout(out).manifest.exists()
