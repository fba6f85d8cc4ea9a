"""Where a build may be written: known before any work is done."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pipeline.core.errors import UsageError
from pipeline.core.paths import Layout

_MOUNTS = Path("/proc/self/mountinfo")
_MOUNT_POINT = 4  # the fifth field, by proc(5)


def validate_output(sources: Iterable[Path], out: Path) -> None:
    """Refuse an output folder in which no build can take the place of another.

    Errors: `UsageError` where `out` is a mount point, lies in one of the `sources` or holds it, or
    is in use for something else.
    """
    root = out.resolve()
    for raw in sources:
        archive = raw.resolve()
        if root == archive or archive in root.parents or root in archive.parents:
            raise UsageError(
                f"the raw archive {raw} and the build {out} lie one in the other; "
                "give another --out"
            )
    _refuse_foreign(Layout(out))
    if _is_mount_point(root):
        raise UsageError(
            f"{out} is a mount point, so a build cannot replace another there in one step; "
            f"give a folder inside it: --out {out / 'build'}"
        )


def _refuse_foreign(layout: Layout) -> None:
    """Errors: `UsageError` where the output folder is in use for something else."""
    if not layout.root.exists():
        return
    if not layout.root.is_dir():
        raise UsageError(f"{layout.root} is not a folder; give another with --out")
    if any(layout.root.iterdir()) and not layout.manifest.exists():
        raise UsageError(
            f"{layout.root} is not empty and holds no build of newsloom; give another with --out"
        )


def _is_mount_point(root: Path) -> bool:
    """Whether something is mounted here; also a folder of the same file system, on Linux."""
    if os.path.ismount(root):
        return True
    try:
        lines = _MOUNTS.read_bytes().splitlines()
    except OSError:
        return False
    # Blanks and backslashes are escaped as in a literal of Python.
    points = (line.split()[_MOUNT_POINT].decode("unicode_escape") for line in lines)
    return os.fsencode(root).decode("latin-1") in points
