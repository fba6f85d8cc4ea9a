"""The directory of a zip: name, place and size of each member, as it says.

Not by `zipfile`, which takes seconds and a gigabyte for a million members, and gives names as text.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.sources.archive_file import ByteFile, read_at
from pipeline.sources.tar_reader import MAX_MEMBER_BYTES, BrokenArchive

MAX_DIRECTORY_BYTES = 1 << 30
"""A directory is held in memory; this is room for some ten million members."""

_LONGEST_COMMENT = 65_535
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_FULL = 0xFFFFFFFF
_UNIX = 3


class Entry(NamedTuple):
    """One member: sizes in bytes, `offset` of its header, `mode` of its file, 0 where unknown."""

    name: bytes
    offset: int
    compressed_size: int
    size: int
    crc: int
    method: int
    flags: int
    mode: int

    @property
    def is_encrypted(self) -> bool:
        """Whether it needs a password."""
        return bool(self.flags & 1)

    @property
    def end(self) -> int:
        """The least offset at which another member can begin."""
        return self.offset + 30 + self.compressed_size


def entries(file: ByteFile, size: int) -> Iterator[Entry]:
    """Each member of a zip of `size` bytes. Errors: `BrokenArchive` where there is no directory, or
    one that does not fit."""
    count, length, start = _directory(file, size)
    data = read_at(file, length, start)
    at = 0
    for _ in range(count):
        if data[at : at + 4] != b"PK\1\2" or len(data) < at + _ENTRY.size:
            raise BrokenArchive("its directory is damaged")
        entry, at = _entry(data, at)
        if entry.end > start:
            raise BrokenArchive("its directory is damaged: a member goes beyond it")
        yield entry
    if at != len(data):
        raise BrokenArchive("its directory is damaged: it holds more than it says")


def _directory(file: ByteFile, size: int) -> tuple[int, int, int]:
    """How many members the directory names, its bytes and its offset."""
    tail_size = min(size, _END.size + _LONGEST_COMMENT)
    tail = read_at(file, tail_size, size - tail_size)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise BrokenArchive("it has no directory, perhaps because it is truncated")
    _, disk, first_disk, here, count, length, start, _ = _END.unpack_from(tail, at)
    end = size - tail_size + at
    locator = read_at(file, _LOCATOR_64.size, max(0, end - _LOCATOR_64.size))
    if locator.startswith(b"PK\6\7"):
        _, _, end, _ = _LOCATOR_64.unpack(locator)
        record = read_at(file, _END_64.size, min(end, size))
        if not record.startswith(b"PK\6\6"):
            raise BrokenArchive("its directory is damaged")
        *_, disk, first_disk, here, count, length, start = _END_64.unpack(record)
    if disk or first_disk or here != count:
        raise BrokenArchive("it is one of several volumes")
    if start + length != end:
        raise BrokenArchive("its directory is damaged: it is not where it should be")
    if length > MAX_DIRECTORY_BYTES:
        raise BrokenArchive(
            f"a directory of {length:,} bytes; the limit is {MAX_DIRECTORY_BYTES:,}"
        )
    return count, length, start


def _entry(data: bytes, at: int) -> tuple[Entry, int]:
    """The member described at a place, and the place of the next."""
    fields = _ENTRY.unpack_from(data, at)
    made_by, flags, method, crc, packed, size = fields[2], *fields[5:7], *fields[9:12]
    name_length, extra_length, comment_length = fields[12:15]
    mode, offset = fields[17] >> 16 if made_by == _UNIX else 0, fields[18]
    name_end = at + _ENTRY.size + name_length
    name = data[at + _ENTRY.size : name_end]
    extra = data[name_end : name_end + extra_length]
    if _FULL in (packed, size, offset):
        size, packed, offset = _large(extra, size, packed, offset)
    if size > MAX_MEMBER_BYTES:
        raise BrokenArchive(f"a member of {size:,} bytes; the limit is {MAX_MEMBER_BYTES:,}")
    entry = Entry(name, offset, packed, size, crc, method, flags, mode)
    return entry, name_end + extra_length + comment_length


def _large(extra: bytes, *given: int) -> list[int]:
    """The numbers that need more than 32 bits, from the field that holds those."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            field = extra[at + 4 : at + 4 + length]
            values = iter(struct.unpack(f"<{len(field) // 8}Q", field[: len(field) // 8 * 8]))
            return [next(values, each) if each == _FULL else each for each in given]
        at += 4 + length
    return list(given)
