"""The listing of an archive: names and stamps of all files, compact enough for millions.

Stamps (size, mtime, ctime) only shorten the way: a file counts as unchanged when its stamps are
those of the last run and so old then that a later write would have changed them. All
else is told by content.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any

STAMP_TRUST_NS = 2_000_000_000
"""The coarsest clock of a file system in use; a younger stamp may hide a second write."""

DIGEST_BYTES = 32
UNREAD = b"\0" * DIGEST_BYTES


@dataclass(slots=True)
class Listing:
    """Files in walking order, the stamps of each; names are relative to the root, as bytes."""

    root: bytes
    names: list[bytes] = field(default_factory=list)
    sizes: array[int] = field(default_factory=lambda: array("q"))
    mtimes: array[int] = field(default_factory=lambda: array("q"))
    ctimes: array[int] = field(default_factory=lambda: array("q"))
    started_ns: int = 0

    def add(self, name: bytes, size: int, mtime_ns: int, ctime_ns: int) -> None:
        """Note one file."""
        self.names.append(name)
        self.sizes.append(size)
        self.mtimes.append(mtime_ns)
        self.ctimes.append(ctime_ns)

    def stamps(self, index: int) -> tuple[int, int, int]:
        """Size, mtime and ctime of a file."""
        return self.sizes[index], self.mtimes[index], self.ctimes[index]

    def trusted(self, index: int) -> bool:
        """Whether a write after this listing was begun would show in the stamps."""
        newest = max(self.mtimes[index], self.ctimes[index])
        return newest + STAMP_TRUST_NS < self.started_ns

    def packed(self) -> dict[str, Any]:
        """The listing as plain values."""
        return {
            "root": self.root,
            "names": b"\0".join(self.names),
            "count": len(self.names),
            "sizes": self.sizes.tobytes(),
            "mtimes": self.mtimes.tobytes(),
            "ctimes": self.ctimes.tobytes(),
            "started_ns": self.started_ns,
        }

    @classmethod
    def unpacked(cls, values: dict[str, Any]) -> Listing:
        """The listing that `packed` gave."""
        names = values["names"].split(b"\0") if values["count"] else []
        sizes, mtimes, ctimes = (array("q", values[name]) for name in ("sizes", "mtimes", "ctimes"))
        return cls(values["root"], names, sizes, mtimes, ctimes, values["started_ns"])
