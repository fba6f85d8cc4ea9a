"""When each file of a commit was first and last committed, from one walk through the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_COMMIT = b"\1"
_FARTHEST = 8_000_000_000
"""Seconds from 1970 to the year 2223; what git says beyond is no time."""


class CommitTimes(NamedTuple):
    """When a file was first and last committed, in seconds since 1970; None where unknown."""

    first: int | None = None
    last: int | None = None


def commit_times(log: bytes, names: Iterable[bytes]) -> dict[bytes, CommitTimes]:
    """The times of files by name; those that the log does not tell of are left out.

    `log` is that of `git log -z --format=%x01%ct --name-status`, newest commit first. A file that
    was renamed is followed to its former names.
    """
    walk = _Walk(names)
    words = iter(log.split(b"\0"))
    for each in words:
        word = each.lstrip(b"\n")
        if word.startswith(_COMMIT):
            walk.begin(int(word[1:]))
        elif word.startswith((b"R", b"C")):
            old = next(words)
            walk.rename(old, next(words))
        elif word:
            walk.touch(next(words))
    return walk.times


class _Walk:
    """A walk back in time: which files had which name in the commit that is looked at."""

    def __init__(self, names: Iterable[bytes]) -> None:
        self.times: dict[bytes, CommitTimes] = {}
        self._files = {name: [name] for name in names}
        self._renamed: list[tuple[bytes, bytes]] = []
        self._time: int | None = None

    def begin(self, time: int) -> None:
        """Go on to an older commit; what was renamed since has its former name there."""
        moved = [(old, self._files.pop(new, [])) for old, new in self._renamed]
        for old, files in moved:
            self._files.setdefault(old, []).extend(files)
        self._renamed = []
        self._time = time if abs(time) < _FARTHEST else None

    def touch(self, name: bytes) -> None:
        """Note that the commit changed a file of this name."""
        for file in self._files.get(name, ()):
            last = self.times[file].last if file in self.times else self._time
            self.times[file] = CommitTimes(self._time, last)

    def rename(self, old: bytes, new: bytes) -> None:
        """Note that the commit gave a file this new name."""
        self.touch(new)
        self._renamed.append((old, new))
