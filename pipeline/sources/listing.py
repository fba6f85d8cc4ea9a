"""The listing of an archive: names and stamps of all files, compact enough for millions.

Stamps (size, mtime, ctime, device, inode) only shorten the way: a file counts as unchanged when its
stamps are those of the last run and so old then that a later write would have changed them. All
else is compared by content.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import TypeAlias

import msgspec

STAMP_TRUST_NS = 2_000_000_000
"""The coarsest clock of a file system in use; a younger stamp may hide a second write."""

DIGEST_BYTES = 32
UNREAD = b"\0" * DIGEST_BYTES

Stamps: TypeAlias = tuple[int, int, int, int, int]
"""What the system knows of a file without reading it: size in bytes, mtime and ctime in
nanoseconds, device and inode."""

NO_CTIME = 2**63 - 1
"""The ctime of a file that must be read each time: younger than any listing."""

UNTRUSTED: Stamps = (0, 0, NO_CTIME, 0, 0)
"""The stamps of what cannot be looked at."""

LEFT_OUT = ("symbolic_links", "hidden", "special_files")
"""What a listing leaves out and counts: links, hidden files and folders (each once, whatever is in
it), and sockets, pipes and devices."""

_CODEC = "lz4"
_SEPARATOR = b"\0"  # no name of a file holds one


class Names:
    """Names of files in order, kept as one text: for each an object of its own would take twice
    the memory."""

    def __init__(self, joined: bytes = b"", ends: bytes = b"") -> None:
        self._joined = bytearray(joined)
        self._compressed: tuple[int, bytes] | None = None
        self._ends = array("q", ends)

    def compress(self) -> None:
        """Take a fraction of the memory until they are needed again."""
        import pyarrow as pa

        text = self._text()
        self._compressed = len(text), pa.compress(text, _CODEC, asbytes=True)
        self._joined = bytearray()

    def _text(self) -> bytearray:
        if self._compressed:
            import pyarrow as pa

            length, compressed = self._compressed
            self._joined = bytearray(pa.decompress(compressed, length, _CODEC))
            self._compressed = None
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


class PackedListing(msgspec.Struct):
    """A listing as plain values: names and their ends, and the stamps, a text of numbers for each
    field of `Stamps`."""

    root: bytes
    names: bytes
    ends: bytes
    stamps: list[bytes]
    started_ns: int


class Listing:
    """Files in walking order, the stamps of each; names are relative to the root, as bytes.

    `left_out` counts what is no file of the archive, by the kinds of `LEFT_OUT`; it is not packed.
    """

    def __init__(self, root: bytes, names: Names | None = None, started_ns: int = 0) -> None:
        self.root = root
        self.names = names or Names()
        self.sizes, self.mtimes, self.ctimes = array("q"), array("q"), array("q")
        self.devices, self.inodes = array("Q"), array("Q")
        self.started_ns = started_ns
        self.left_out = dict.fromkeys(LEFT_OUT, 0)

    def add(self, name: bytes, stamps: Stamps) -> None:
        """Note one file."""
        size, mtime_ns, ctime_ns, device, inode = stamps
        self.names.append(name)
        self.sizes.append(size)
        self.mtimes.append(mtime_ns)
        self.ctimes.append(ctime_ns)
        self.devices.append(device)
        self.inodes.append(inode)

    def leave_out(self, kind: str) -> None:
        """Count what is no file of the archive; `kind` is one of `LEFT_OUT`."""
        self.left_out[kind] += 1

    def _columns(self) -> tuple[array[int], ...]:
        """The stamps of all files, an array for each field of `Stamps`."""
        return self.sizes, self.mtimes, self.ctimes, self.devices, self.inodes

    def stamps(self, index: int) -> Stamps:
        """The stamps of a file."""
        times = self.mtimes[index], self.ctimes[index]
        return self.sizes[index], *times, self.devices[index], self.inodes[index]

    def trusted(self, index: int) -> bool:
        """Whether a write after this listing was begun would show in the stamps."""
        newest = max(self.mtimes[index], self.ctimes[index])
        return newest + STAMP_TRUST_NS < self.started_ns

    def is_same(self, later: Listing) -> bool:
        """Whether a later listing has the same names and stamps."""
        return self.names.packed() == later.names.packed() and self._columns() == later._columns()

    def is_unchanged(self, later: Listing) -> bool:
        """Whether a later listing has the same names and stamps, and all of these are to be
        trusted."""
        newest = max(max(self.mtimes, default=0), max(self.ctimes, default=0))
        return self.is_same(later) and newest + STAMP_TRUST_NS < self.started_ns

    def packed(self) -> PackedListing:
        """The listing as plain values."""
        stamps = [column.tobytes() for column in self._columns()]
        return PackedListing(self.root, *self.names.packed(), stamps, self.started_ns)

    @classmethod
    def unpacked(cls, packed: PackedListing) -> Listing:
        """The listing that `packed` gave. Errors: `ValueError` unless all is of as many files."""
        names = Names(packed.names, packed.ends)
        listing = cls(packed.root, names, packed.started_ns)
        for column, stamps in zip(listing._columns(), packed.stamps, strict=True):
            column.frombytes(stamps)
        counts = {len(names), sum(1 for _ in names), *map(len, listing._columns())}
        if len(counts) > 1:
            raise ValueError(f"a listing of {counts} files")
        return listing
