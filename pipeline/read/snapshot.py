"""One published build, held by open files, so that it stays readable while others replace it."""

from __future__ import annotations

import os
import weakref
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pipeline.core.errors import BuildMissing, NoBuild
from pipeline.core.paths import Layout, Place, is_address
from pipeline.publish.manifest import load_manifest, refuse_unless_whole
from pipeline.read.stored_snapshot import StoredSnapshot

_TRIES = 5
"""How often to begin anew where a build is published in the very moment of reading."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Snapshot:
    """The files of a build as they were when it was opened; a later build changes none of them.

    `folder` is a handle of `root`. Errors: `BuildMissing` where it holds no build, or files that
    are not of it.
    """

    def __init__(self, root: Path, folder: int) -> None:
        self.manifest: dict[str, Any] = load_manifest(Layout(root))
        refuse_unless_whole(Layout(root), self.manifest)
        self._files: dict[str, int] = {}
        with ExitStack() as opened:
            for name in self.manifest["files"]:
                try:
                    self._files[name] = os.open(name, _FILE, dir_fd=folder)
                except OSError as error:
                    raise BuildMissing(
                        f"{root / name} cannot be opened: {error.strerror}"
                    ) from None
                opened.callback(os.close, self._files[name])
            weakref.finalize(self, opened.pop_all().close)

    def path(self, name: str) -> Path:
        """A path to a file of the build, by its name in the manifest; as long as this object is."""
        return Path(f"/dev/fd/{self._files[name]}")


def open_snapshot(place: Place) -> Snapshot | StoredSnapshot:
    """The build in a folder or at an address, whole and of one run, even if another is published
    meanwhile.

    Errors: see `Snapshot` and `StoredSnapshot`.
    """
    if is_address(place):
        return StoredSnapshot(str(place))
    root = Path(place)
    for tries_left in reversed(range(_TRIES)):
        folder = _opened(root)
        try:
            snapshot = Snapshot(root, folder)
            if _is_at(root, folder):
                return snapshot
        except BuildMissing:
            if not tries_left or _is_at(root, folder):
                raise
        finally:
            os.close(folder)
    raise BuildMissing(f"{root} is being replaced again and again; try once more")


def _opened(root: Path) -> int:
    """A handle of the folder. Errors: `BuildMissing`."""
    try:
        return os.open(root, _FOLDER)
    except (FileNotFoundError, NotADirectoryError):
        raise NoBuild(f"{root} holds no build; make one with `newsloom run`") from None
    except OSError as error:
        raise BuildMissing(f"{root} cannot be opened: {error.strerror}") from None


def _is_at(root: Path, folder: int) -> bool:
    """Whether the open folder is what the path leads to now."""
    try:
        return os.path.samestat(root.stat(), os.fstat(folder))
    except OSError:
        return False
