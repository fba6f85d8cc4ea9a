"""The listing of an archive: names and stamps of all files, compact enough for millions.

Stamps (size, mtime, ctime) only shorten the way: a file counts as unchanged when its stamps are
those of the last run and so old then that a later write would have changed them. All
else is told by content.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

STAMP_TRUST_NS = 2_000_000_000
"""The coarsest clock of a file system in use; a younger stamp may hide a second write."""

DIGEST_BYTES = 32
UNREAD = b"\0" * DIGEST_BYTES

_CODEC = "lz4"
_SEPARATOR = b"\0"  # no name of a file holds one


class Names:
    """Names of files in order, kept as one text: for each an object of its own would take twice
    the memory."""

    def __init__(self, joined: bytes = b"", ends: bytes = b"") -> None:
        self._joined = bytearray(joined)
        self._folded: tuple[int, bytes] | None = None
        self._ends = array("q", ends)

    def fold(self) -> None:
        """Take a fraction of the memory until they are needed again."""
        import pyarrow as pa

        text = self._text()
        self._folded = len(text), pa.compress(text, _CODEC, asbytes=True)
        self._joined = bytearray()

    def _text(self) -> bytearray:
        if self._folded:
            import pyarrow as pa

            length, folded = self._folded
            self._joined = bytearray(pa.decompress(folded, length, _CODEC))
            self._folded = None
        return self._joined

    def append(self, name: bytes) -> None:
        """Add a name at the end."""
        text = self._text()
        text += name + _SEPARATOR
        self._ends.append(len(text))

    def packed(self) -> tuple[bytes, bytes]:
        """What another `Names` is made of."""
        return bytes(self._text()), self._ends.tobytes()

    def decoded(self) -> list[str]:
        """All names as text. Errors: `UnicodeDecodeError` where one is not UTF-8."""
        return self._text().decode().split(_SEPARATOR.decode())[:-1]

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> bytes:
        start = self._ends[index - 1] if index else 0
        return bytes(self._text()[start : self._ends[index] - 1])

    def __iter__(self) -> Iterator[bytes]:
        return iter(bytes(self._text()).split(_SEPARATOR)[:-1])


@dataclass(slots=True)
class Listing:
    """Files in walking order, the stamps of each; names are relative to the root, as bytes."""

    root: bytes
    names: Names = field(default_factory=Names)
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

    def stands_for(self, later: Listing) -> bool:
        """Whether a later listing has the same names and stamps, and all of these are to be
        trusted."""
        same = self.names.packed() == later.names.packed() and (
            (self.sizes, self.mtimes, self.ctimes) == (later.sizes, later.mtimes, later.ctimes)
        )
        newest = max(max(self.mtimes, default=0), max(self.ctimes, default=0))
        return same and newest + STAMP_TRUST_NS < self.started_ns

    def packed(self) -> dict[str, Any]:
        """The listing as plain values."""
        names, ends = self.names.packed()
        return {
            "root": self.root,
            "names": names,
            "ends": ends,
            "sizes": self.sizes.tobytes(),
            "mtimes": self.mtimes.tobytes(),
            "ctimes": self.ctimes.tobytes(),
            "started_ns": self.started_ns,
        }

    @classmethod
    def unpacked(cls, values: dict[str, Any]) -> Listing:
        """The listing that `packed` gave."""
        names = Names(values["names"], values["ends"])
        sizes, mtimes, ctimes = (array("q", values[name]) for name in ("sizes", "mtimes", "ctimes"))
        return cls(values["root"], names, sizes, mtimes, ctimes, values["started_ns"])
