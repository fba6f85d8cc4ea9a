"""A zip: listed by its directory, its members read wherever they are parsed, each by its place."""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.errors import Problem
from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.sources.archive_file import ArchiveFile, ByteFile, Opener, read_at
from pipeline.sources.folder import readable, too_large
from pipeline.sources.listing import stamps_of_member
from pipeline.sources.members import Members
from pipeline.sources.tar_reader import BrokenArchive
from pipeline.sources.zip_directory import Entry, entries

_HEADER = struct.Struct("<4s22xHH")
_STORED, _DEFLATED = 0, 8
_SMALL = 1024 * 1024
"""A member of no more bytes is no bomb, however well it is compressed."""


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A file of a zip: `problem` says why it is not to be read, else `entry` where it is."""

    source_path: str
    entry: Entry
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class ZipMembers:
    """Some files of a zip: a `Reading`."""

    opener: Opener
    members: tuple[ZipMember, ...]

    def contents(self, limits: Limits) -> list[RawContent]:
        """The bytes of each file, or the problem that there are none."""
        with self.opener() as file:
            return [_content(each, file, limits) for each in self.members]


class ZipArchive(ArchiveFile):
    """A `.zip`."""

    def scan(self, file: ByteFile, members: Members) -> None:
        """Add all files, and note where each of them is."""
        self._entries: list[Entry] = []
        left = self.most_bytes
        for entry in entries(file, self.stamps[0]):
            mode = entry.mode
            if entry.name.endswith(b"/"):
                continue
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFLNK):
                members.listing.leave_out("special_files")
                continue
            left -= entry.size
            problem = self._problem(entry, is_too_much=left < 0)
            if members.add(entry.name, stamps_of_member(entry.size, self.tag), problem):
                self._entries.append(entry)
            if problem:
                left += entry.size
        for index in _overlapping(self._entries):
            members.problems[index] = _bomb("its bytes are those of another, too")

    def _problem(self, entry: Entry, *, is_too_much: bool) -> Problem | None:
        if stat.S_ISLNK(entry.mode):
            return Problem("linked_file", "the member is a link")
        if entry.is_encrypted:
            return Problem("encrypted_file", "the member is encrypted")
        if entry.method not in (_STORED, _DEFLATED):
            return Problem("unsupported_file", f"compression method {entry.method}")
        ratio = self.limits.max_archive_ratio
        if entry.size > max(_SMALL, ratio * entry.compressed_size):
            unpacked = f"{entry.compressed_size:,} bytes unpack to {entry.size:,}"
            return _bomb(f"{unpacked}; the limit is {ratio:,} times as many")
        if not _fits(entry):
            return _bomb(f"{entry.compressed_size:,} bytes unpack to only {entry.size:,}")
        if is_too_much:
            return _bomb(f"all files unpack to more than {self.most_bytes:,} bytes")
        return None

    def readings(self, shares: Iterable[Sequence[int]]) -> Iterator[ZipMembers]:
        """Where to read each share."""
        members = self.scanned()
        names, problems = members.listing.names, members.problems
        for share in shares:
            files = tuple(
                ZipMember(readable(names[index]), self._entries[index], problems.get(index))
                for index in share
            )
            yield ZipMembers(self.opener(), files)


def _fits(entry: Entry) -> bool:
    """Whether a member is no longer than compression makes it, as it is read whole."""
    if entry.method == _STORED:
        return entry.compressed_size == entry.size
    return entry.compressed_size <= entry.size + entry.size // 1000 + 64


def _bomb(reason: str) -> Problem:
    return Problem("archive_bomb", reason)


def _overlapping(found: Sequence[Entry]) -> Iterator[int]:
    """The numbers of the members that begin before another has ended, and of these others."""
    order = sorted(range(len(found)), key=lambda index: found[index].offset)
    end = widest = -1
    for index in order:
        entry = found[index]
        if entry.offset < end:
            yield from (widest, index)
        if entry.end > end:
            end, widest = entry.end, index


def _content(member: ZipMember, file: ByteFile, limits: Limits) -> RawContent:
    size = member.entry.size
    if problem := member.problem or too_large(size, limits):
        return RawContent(member.source_path, size, None, problem)
    try:
        data = _unpacked(member.entry, file)
    except (zlib.error, BrokenArchive) as error:
        raise BrokenArchive(f"{member.source_path} is damaged ({error})") from None
    return RawContent(member.source_path, size, data)


def _unpacked(entry: Entry, file: ByteFile) -> bytes:
    """The bytes of a member. Errors: `BrokenArchive`, `zlib.error`."""
    mark, name_length, extra_length = _HEADER.unpack(read_at(file, _HEADER.size, entry.offset))
    if mark != b"PK\3\4":
        raise BrokenArchive("no member where the directory says")
    start = entry.offset + _HEADER.size + name_length + extra_length
    data = read_at(file, entry.compressed_size, start)
    if entry.method == _DEFLATED:
        # One byte more than it should hold shows that it holds more.
        data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, entry.size + 1)
    if len(data) != entry.size or zlib.crc32(data) != entry.crc:
        raise BrokenArchive("its bytes are not those of its checksum")
    return data
