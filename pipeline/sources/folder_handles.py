"""Opens what lies in an archive, folder by folder from its root, and never through a symbolic link.

A path is looked up by the system anew each time it is used: between listing and reading, a folder
of it can be replaced by a link that leads out of the archive. A handle stays with its folder.
"""

from __future__ import annotations

import errno
import os
from collections import OrderedDict
from types import TracebackType

MAX_HANDLES = 64
"""Folders held open at most; a process may have a few hundred files open on some systems."""

MAX_PATH_BYTES = 4_096
"""The longest path below the root that is opened; the longest that Linux takes at once."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class FolderHandles:
    """Handles of the folders of the archive in `root`, opened when needed, the last ones kept.

    `root` itself must be no link, and is opened by its path; close the handles by leaving the
    `with` block.
    """

    def __init__(self, root: bytes) -> None:
        self._root = root
        self._handles: OrderedDict[bytes, int] = OrderedDict()

    def __enter__(self) -> FolderHandles:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self._handles:
            os.close(self._handles.popitem()[1])

    def open(self, name: bytes, flags: int) -> int:
        """Open what lies at a path below the root. Errors: `OSError`, also where a component of
        the path is a link."""
        _refuse_long(name)
        folder, _, last = name.rstrip(b"/").rpartition(b"/")
        return os.open(last, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self.folder(folder))

    def folder(self, path: bytes) -> int:
        """The handle of a folder below the root, whose own path is empty; good until the next
        call. Errors: `OSError`, also where a component of the path is a link."""
        _refuse_long(path)
        if path in self._handles:
            self._handles.move_to_end(path)
            return self._handles[path]
        known = path
        while known and known not in self._handles:
            known = known.rpartition(b"/")[0]
        if known not in self._handles:
            self._keep(known, os.open(self._root, _FOLDER))
        handle = self._handles[known]
        for name in filter(None, path[len(known) :].split(b"/")):
            known = known + b"/" + name if known else name
            handle = self._keep(known, os.open(name, _FOLDER, dir_fd=handle))
        return handle

    def _keep(self, path: bytes, handle: int) -> int:
        """Keep a handle and close the one that was used longest ago, never that of the root."""
        self._handles[path] = handle
        if len(self._handles) > MAX_HANDLES:
            os.close(self._handles.pop(next(filter(None, self._handles))))
        return handle


def _refuse_long(path: bytes) -> None:
    if len(path) > MAX_PATH_BYTES:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
