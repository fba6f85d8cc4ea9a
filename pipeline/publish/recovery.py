"""Cleans up after a run that ended before its time; what was published or is foreign stays."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath

from pipeline.core.paths import Layout
from pipeline.publish.atomic_swap import finish_exchange
from pipeline.publish.work_dir import WorkDir

OURS = frozenset(
    (
        *("tables", "marts", "analytics.duckdb", "analytics.duckdb.wal", "report.html"),
        *("dictionary.html", "datapackage.json", "croissant.json", "manifest.json"),
    )
)
"""What a build consists of; whatever else lies in its folder is the user's and stays."""

BEST_EFFORT = suppress(OSError, MemoryError)
"""Around what the next run would do again: that it fails is no failure of a build."""

_FOLDERS = ("tables", "marts")
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def recover(work: WorkDir, layout: Layout) -> None:
    """Finish a publication that was interrupted, and delete what was still being made.

    Only for who holds the lock. Errors: `NewsloomError` where the work folder holds something of
    another user.
    """
    root = layout.root.resolve()
    are_safe = {name: work.is_safe(name) for name in work.names()}
    for name, is_safe in are_safe.items():
        if is_safe and name.startswith("staging"):
            build = work.root / name / "build"
            finish_exchange(build, root)
            # One without a manifest was never published: all in it is ours.
            if (build / "manifest.json").exists():
                give_back(build, root)
        if not is_safe or name not in work.FILES:
            work.remove(name)


def give_back(build: Path, root: Path) -> None:
    """Move what is not ours from a build that was replaced to the one that replaced it.

    A file among those of the build is ours where that build's manifest names it. No link is
    followed in either.
    """
    with _opened(build) as source, _opened(root) as target:
        _move_others(source, target, lambda: OURS)
        for folder in _FOLDERS:
            with _opened(folder, source) as inner, _opened(folder, target) as outer:
                _move_others(inner, outer, partial(_named_in_manifest, source, folder))


@contextmanager
def _opened(path: Path | str, within: int | None = None) -> Iterator[int | None]:
    """An open folder, itself no link; None where there is none."""
    try:
        handle = os.open(path, _FOLDER_FLAGS, dir_fd=within)
    except (FileNotFoundError, NotADirectoryError):
        yield None
        return
    try:
        yield handle
    finally:
        os.close(handle)


def _move_others(
    source: int | None, target: int | None, ours: Callable[[], frozenset[str]]
) -> None:
    """Move what is in one folder, not in the other, and not ours."""
    if source is None or target is None:
        return
    absent = set(os.listdir(source)) - set(os.listdir(target))  # noqa: PTH208 - no paths
    for name in absent and sorted(absent - ours()):
        os.rename(name, name, src_dir_fd=source, dst_dir_fd=target)


def _named_in_manifest(build: int | None, folder: str) -> frozenset[str]:
    """What lies in a folder of a build, a file or a folder of files, that its manifest names; none
    where it cannot be read."""
    try:
        handle = os.open("manifest.json", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=build)
        with os.fdopen(handle, "rb") as file:
            names = [PurePosixPath(path) for path in json.load(file)["files"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return frozenset()
    return frozenset(path.parts[1] for path in names if path.parts[:-1][:1] == (folder,))
