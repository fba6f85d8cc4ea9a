"""Cleans up after a run that ended before its time; what was published or is foreign stays."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from pipeline.exchange import finish_exchange
from pipeline.layout import Layout, Workshop

OURS = frozenset(
    ("tables", "marts", "analytics.duckdb", "analytics.duckdb.wal", "report.html", "manifest.json")
)
"""What a build consists of; whatever else lies in its folder is the user's and stays."""

LATER = suppress(OSError, MemoryError)
"""Around what the next run would do again: that it fails is no failure of a build."""


def recover(workshop: Workshop, layout: Layout) -> None:
    """Finish a publication that was interrupted, and delete what was still being made.

    Only for who holds the lock.
    """
    root = layout.root.resolve()
    finish_exchange(workshop.staged.root, root)
    for build in (workshop.staged.root, workshop.former):
        if build.is_dir():
            give_back(build, root)
    leftovers = [workshop.staging, *workshop.root.glob(f"{workshop.state.name}.*")]
    for path in [*leftovers, *workshop.chunks.glob("*.*")]:
        _delete(path)


def give_back(build: Path, root: Path) -> None:
    """Move what is not ours from a build that was replaced to the one that replaced it."""
    if not root.is_dir():
        return
    for path in list(build.iterdir()):
        if path.name not in OURS and not os.path.lexists(root / path.name):
            path.rename(root / path.name)


def _delete(path: Path) -> None:
    if path.is_dir():
        from shutil import rmtree  # not needed where nothing was left behind

        rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
