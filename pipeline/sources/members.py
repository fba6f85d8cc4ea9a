"""The files of an archive file or commit as they are found: paths checked, each listed once."""

from __future__ import annotations

import re

from pipeline.core.errors import Problem
from pipeline.sources.folder_handles import MAX_PATH_BYTES
from pipeline.sources.listing import Listing, Stamps

_DRIVE = re.compile(rb"[A-Za-z]:[\\/]")


class Members:
    """A listing in the making, with the problems that are known of its files before any is read.

    What is hidden is left out, as in a folder. A path that comes again is listed once, and then is
    a problem: which of the files is meant cannot be known.
    """

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.problems: dict[int, Problem] = {}
        self._indices: dict[bytes, int] = {}
        self._hidden: set[bytes] = set()

    def add(self, name: bytes, stamps: Stamps, problem: Problem | None = None) -> bool:
        """List a file by the name it has there, unless it is hidden or listed: then it is False."""
        path = _path(name)
        if path is None:
            path = name[:MAX_PATH_BYTES].replace(b"\0", b"\\x00")
            problem = Problem("unsafe_path", "the path could lead out of the archive")
        elif hidden := _hidden_part(path):
            if hidden not in self._hidden:
                self._hidden.add(hidden)
                self.listing.leave_out("hidden")
            return False
        index = self._indices.setdefault(path, len(self.listing.names))
        if index < len(self.listing.names):
            self.problems[index] = ambiguous()
            return False
        if problem:
            self.problems[index] = problem
        self.listing.add(path, stamps)
        return True

    def close(self) -> None:
        """Release what only adding needs."""
        self._indices.clear()
        self._hidden.clear()


def ambiguous() -> Problem:
    """The problem that there are several files of a path."""
    return Problem("duplicate_path", "several files of the archive or its sources have it")


def _path(name: bytes) -> bytes | None:
    """The path below the root, without empty parts and `.`; None where there is no such path."""
    parts = [part for part in name.split(b"/") if part not in (b"", b".")]
    is_unsafe = (
        not parts
        or name.startswith((b"/", b"\\"))
        or b"\0" in name
        or len(name) > MAX_PATH_BYTES
        or b".." in name.replace(b"\\", b"/").split(b"/")
        or _DRIVE.match(name)
    )
    return None if is_unsafe else b"/".join(parts)


def _hidden_part(path: bytes) -> bytes | None:
    """The path up to the first part that is hidden; None where none is."""
    if not path.startswith(b".") and b"/." not in path:
        return None
    end = path.find(b"/", 0 if path.startswith(b".") else path.find(b"/.") + 1)
    return path if end < 0 else path[:end]
