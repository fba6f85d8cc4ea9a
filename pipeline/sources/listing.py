"""The listing of an archive: names and stamps of all files, compact enough for millions.

Stamps (size, mtime, ctime, device, inode) only shorten the way: a file counts as unchanged when its
stamps are those of the last run and so old then that a later write would have changed them. All
else is compared by content. A file that lies in no folder has stamps that name content instead.
"""

from __future__ import annotations

import hashlib
import os
import struct
from array import array
from collections.abc import Iterator
from copy import copy
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

AMBIGUOUS: Stamps = (0, 0, 0, 0, 0)
"""The stamps of a path of which there are several files; that they are is all that counts."""

NO_TAG = b""
"""The tag of files that are known one by one."""

TAG_BYTES = 16

LEFT_OUT = ("symbolic_links", "hidden", "special_files")
"""What a listing leaves out and counts: links, hidden files and folders (each once, whatever is in
it), and sockets, pipes and devices."""

_CODEC = "lz4"
_SEPARATOR = b"\0"  # no name of a file holds one


def stamps_of_status(status: os.stat_result) -> Stamps:
    """The stamps of a file of which the system said this."""
    times = status.st_mtime_ns, status.st_ctime_ns
    return (status.st_size, *times, status.st_dev, status.st_ino)


def stamps_of_member(size: int, tag: bytes, *, is_its_own: bool = False) -> Stamps:
    """The stamps of a file in an archive file with this tag, or whose own content has it: older
    than any listing, and others where the tag is another."""
    return (size, int(is_its_own), 0, *struct.unpack(">QQ", tag))


def digest_at(digests: bytes | bytearray, index: int) -> bytes:
    """One of several digests that stand one after the other."""
    return bytes(digests[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES])


def tag_of_text(text: str) -> bytes:
    """The tag of a content that this text names."""
    return hashlib.sha256(text.encode()).digest()[:TAG_BYTES]


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


class Part(msgspec.Struct, frozen=True):
    """The files of one source among those of a listing: their number, and what was left out.

    `stamps` are those of the archive file they lie in, `tag` names its content; `NO_TAG` where
    files are known one by one.
    """

    count: int
    left_out: dict[str, int]
    stamps: Stamps = UNTRUSTED
    tag: bytes = NO_TAG


class PackedListing(msgspec.Struct):
    """A listing as plain values: names and their ends, and the stamps, a text of numbers for each
    field of `Stamps`."""

    parts: list[Part]
    names: bytes
    ends: bytes
    stamps: list[bytes]
    started_ns: int


class Listing:
    """Files in the order in which they were found, the stamps of each; names are relative to the
    root of their source, as bytes.

    `left_out` counts what is no file of the archive, by the kinds of `LEFT_OUT`. `parts` says which
    files are of which source; none while a source is being listed.
    """

    def __init__(self, names: Names | None = None, started_ns: int = 0) -> None:
        self.parts: list[Part] = []
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

    def close(self, stamps: Stamps = UNTRUSTED, tag: bytes = NO_TAG) -> Listing:
        """Note that these are all files of one source; gives the same listing."""
        self.parts = [Part(len(self.names), self.left_out, stamps, tag)]
        return self

    def mark_ambiguous(self, index: int) -> None:
        """Note that there are several files of this name."""
        for column, value in zip(self._columns(), AMBIGUOUS, strict=True):
            column[index] = value

    def tag_of(self, stamps: Stamps) -> bytes:
        """The tag of the archive file of these stamps; `NO_TAG` where none had them, or they were
        too young to be trusted."""
        tags = [each.tag for each in self.parts if each.stamps == stamps]
        return tags[0] if tags and self._is_old(max(stamps[1:3])) else NO_TAG

    def tagged(self, tag: bytes, stamps: Stamps, started_ns: int) -> Listing | None:
        """The files of the source that had this tag, as a listing of their own, which was begun at
        another time; None where none had it."""
        start = 0
        for part in self.parts:
            if tag and part.tag == tag:
                found = self._cut(start, part.count)
                found.started_ns, found.left_out = started_ns, part.left_out
                return found.close(stamps, tag)
            start += part.count
        return None

    def _cut(self, start: int, count: int) -> Listing:
        if count == len(self.names):
            return copy(self)
        found = Listing()
        for index in range(start, start + count):
            found.add(self.names[index], self.stamps(index))
        return found

    def _columns(self) -> tuple[array[int], ...]:
        """The stamps of all files, an array for each field of `Stamps`."""
        return self.sizes, self.mtimes, self.ctimes, self.devices, self.inodes

    def stamps(self, index: int) -> Stamps:
        """The stamps of a file."""
        times = self.mtimes[index], self.ctimes[index]
        return self.sizes[index], *times, self.devices[index], self.inodes[index]

    def trusted(self, index: int) -> bool:
        """Whether a write after this listing was begun would show in the stamps."""
        return self._is_old(max(self.mtimes[index], self.ctimes[index]))

    def is_member(self, index: int) -> bool:
        """Whether a file lies in no folder: its stamps name the content of what it lies in."""
        return self.ctimes[index] == 0

    def is_known_by_content(self, index: int) -> bool:
        """Whether other stamps of a file mean other content, so that it need not be read."""
        return self.is_member(index) and self.mtimes[index] == 1

    def _is_old(self, newest_ns: int) -> bool:
        return newest_ns + STAMP_TRUST_NS < self.started_ns

    def is_same(self, later: Listing) -> bool:
        """Whether a later listing has the same names and stamps."""
        return self.names.packed() == later.names.packed() and self._columns() == later._columns()

    def is_unchanged(self, later: Listing) -> bool:
        """Whether a later listing has the same names and stamps, and all of these are to be
        trusted."""
        newest = max(max(self.mtimes, default=0), max(self.ctimes, default=0))
        return self.is_same(later) and self._is_old(newest)

    def packed(self) -> PackedListing:
        """The listing as plain values."""
        stamps = [column.tobytes() for column in self._columns()]
        return PackedListing(self.parts, *self.names.packed(), stamps, self.started_ns)

    @classmethod
    def unpacked(cls, packed: PackedListing) -> Listing:
        """The listing that `packed` gave. Errors: `ValueError` unless all is of as many files."""
        names = Names(packed.names, packed.ends)
        listing = cls(names, packed.started_ns)
        listing.parts = packed.parts
        for column, stamps in zip(listing._columns(), packed.stamps, strict=True):
            column.frombytes(stamps)
        counts = {len(names), sum(1 for _ in names), *map(len, listing._columns())}
        counts.add(sum(part.count for part in packed.parts))
        if len(counts) > 1 or any(part.count < 0 for part in packed.parts):
            raise ValueError(f"a listing of {counts} files")
        return listing
