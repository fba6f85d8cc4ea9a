"""A tar, plain or compressed: read from start to end, twice, and never unpacked to disk.

The first time it is listed; the second time its bytes are handed out, share by share.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.errors import Problem
from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.sources.archive_file import ArchiveFile, ByteFile, read_all
from pipeline.sources.folder import readable, too_large
from pipeline.sources.listing import stamps_of_member
from pipeline.sources.members import Members
from pipeline.sources.tar_reader import TRUNCATED, BrokenArchive, TarMember, TarReader

CODECS = {b"\x1f\x8b": "gzip", b"\x28\xb5": "zstd"}
"""By the first two bytes of what they compress."""

_PROBLEMS = {
    "link": ("linked_file", "the member is a link"),
    "unsupported": ("unsupported_file", "the member is sparse or goes on elsewhere"),
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """Files that were read already: a `Reading`."""

    loaded: list[RawContent]

    def contents(self, _limits: Limits) -> list[RawContent]:
        """The bytes of each file, or the problem that there are none."""
        return self.loaded


class TarArchive(ArchiveFile):
    """A `.tar`, `.tar.gz` or `.tar.zst`, told apart by content."""

    def scan(self, file: ByteFile, members: Members) -> None:
        """Add all files, and note at which place each of them comes."""
        self._places = array("q")
        for place, member in enumerate(self._reader(file).members()):
            if member.kind == "special":
                members.listing.leave_out("special_files")
            elif member.kind != "folder":
                stamps, odd = stamps_of_member(member.size, self.tag), _PROBLEMS.get(member.kind)
                if members.add(member.name, stamps, Problem(*odd) if odd else None):
                    self._places.append(place)

    def readings(self, shares: Iterable[Sequence[int]]) -> Iterator[Loaded]:
        """Each share with its bytes, as the tar gives them."""
        members = self.scanned()
        with self.opener()() as file:
            reader = self._reader(file)
            entries = enumerate(reader.members())
            for share in shares:
                yield Loaded([self._content(index, entries, reader, members) for index in share])
            for _ in entries:  # to the end, which may not be whole
                pass

    def _content(
        self,
        index: int,
        entries: Iterator[tuple[int, TarMember]],
        reader: TarReader,
        members: Members,
    ) -> RawContent:
        """The content of a file, up to which all others are passed over."""
        path, problem = readable(members.listing.names[index]), members.problems.get(index)
        if problem:
            return RawContent(path, members.listing.sizes[index], None, problem)
        size = next(member.size for place, member in entries if place == self._places[index])
        problem = too_large(size, self.limits)
        return RawContent(path, size, None if problem else reader.data(), problem)

    def _reader(self, file: ByteFile) -> TarReader:
        return TarReader(_decompressed(file), self.most_bytes)


def _decompressed(file: ByteFile) -> Callable[[int], bytes]:
    """Reads so many bytes of what a file holds, uncompressed; fewer only at its end."""
    codec = CODECS.get(file.read(2))
    file.seek(0)
    if codec is None:
        return lambda size: read_all(file, size)
    import pyarrow as pa  # heavy, and not needed where nothing has changed

    compressed = pa.PythonFile(_Lent(file), "r")
    stream = pa.CompressedInputStream(compressed, codec)

    def read(size: int) -> bytes:
        """So many bytes, fewer at the end. Errors: `BrokenArchive` where they end too early."""
        try:
            data: bytes = stream.read(size)
        except OSError as error:
            if "truncated" in str(error).lower():
                raise BrokenArchive(TRUNCATED) from None
            raise
        return data

    return read


class _Lent:
    """A file for a reader that would close it when it is given up."""

    closed = False

    def __init__(self, file: ByteFile) -> None:
        self.read = file.read

    def close(self) -> None:
        """Leave it open, as it belongs to another."""
