"""The raw archive of a run: the files of one or several sources, one after the other."""

from __future__ import annotations

import hashlib
import os
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from pipeline.core.errors import UsageError
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.paths import is_address, split_revision
from pipeline.core.raw_content import RawContent
from pipeline.sources.archive_file import ENDING, ArchiveFile
from pipeline.sources.folder import Folder, readable
from pipeline.sources.git_revision import GitRevision, is_bare
from pipeline.sources.listing import UNREAD, Listing, Part
from pipeline.sources.members import ambiguous
from pipeline.sources.shares import cut
from pipeline.sources.source import Reading, Source
from pipeline.sources.stored_archive import open_bucket
from pipeline.sources.tar_archive import CODECS, Loaded, TarArchive
from pipeline.sources.tar_reader import BLOCK
from pipeline.sources.zip_archive import ZipArchive

Raw: TypeAlias = str | Path | Sequence[str | Path]
"""What names the sources of a run: one, or several."""

FORMS = (
    "a folder, .tar, .tar.gz, .tar.zst, .zip, a git repository as PATH@REVISION, or an address in "
    "a bucket such as s3://bucket/news"
)


def named_sources(raw: Raw) -> list[str]:
    """What names each source."""
    return [os.fspath(raw)] if isinstance(raw, str | Path) else [os.fspath(each) for each in raw]


def open_archive(raw: Raw, limits: Limits = DEFAULT_LIMITS) -> RawArchive:
    """The sources that are named, none of them read yet.

    Errors: `UsageError` where one is not there, is no source, or is named twice.
    """
    named = named_sources(raw)
    if len(set(named)) < len(named):
        raise UsageError("a source is named twice; give each once with --raw")
    return RawArchive([_source(each, limits) for each in named], limits)


def _source(raw: str, limits: Limits) -> Source:
    if is_address(raw):
        return open_bucket(raw, limits)
    path = Path(raw)
    if path.is_dir():
        return GitRevision(path, "HEAD") if is_bare(path) else Folder(path)
    if path.is_file():
        return _archive_file(path, limits)
    if named := split_revision(raw):
        folder, revision = named
        return GitRevision(Path(folder), revision)
    problem = "is neither folder nor file" if path.exists() else "is not there"
    raise _unusable(raw, problem)


def _unusable(raw: str | Path, problem: str) -> UsageError:
    return UsageError(f"{raw} {problem}; give the archive with --raw: {FORMS}")


def _archive_file(path: Path, limits: Limits) -> ArchiveFile:
    try:
        with path.open("rb") as file:
            start = file.read(BLOCK)
    except OSError as error:
        raise UsageError(f"{path} cannot be opened: {error.strerror}") from None
    if start[:4] in (b"PK\3\4", b"PK\5\6"):
        return ZipArchive(path, limits)
    if ENDING.search(path.name) or start[:2] in CODECS or start[257:262] == b"ustar":
        return TarArchive(path, limits)
    raise _unusable(path, "is neither a folder nor an archive")


@dataclass(frozen=True, slots=True)
class _Range:
    """Where the files of a source begin in the listing; `own` are their numbers in its own one."""

    start: int
    source: Source
    own: Sequence[int]


class RawArchive:
    """All files of a run. A path that comes from two sources is listed once, and then rejected."""

    def __init__(self, sources: Sequence[Source], limits: Limits) -> None:
        self.sources = sources
        self._limits = limits
        self.name = " + ".join(source.name for source in sources)
        self._ranges: list[_Range] = []
        self._ambiguous: set[int] = set()
        self._listing = Listing()

    @property
    def raw(self) -> str:
        """The sources as they were named."""
        return ", ".join(source.raw for source in self.sources)

    @property
    def paths(self) -> list[Path]:
        """Where the sources lie that lie on this machine."""
        return [source.path for source in self.sources if source.path]

    @property
    def addresses(self) -> list[str]:
        """The sources that lie in buckets."""
        return [source.raw for source in self.sources if is_address(source.raw)]

    @property
    def was_read(self) -> bool:
        """Whether a source had to be read for the listing, which the next run may be spared."""
        return any(source.was_read for source in self.sources)

    def discover(self, former: Listing | None = None) -> Listing:
        """The files of all sources; that of a `former` run may save work. Errors: `UsageError`,
        `SourceFailed`."""
        self._ambiguous = set()
        started_ns = time.time_ns()
        listings = [source.discover(former) for source in self.sources]
        if len(listings) == 1:
            [self._listing] = listings
            self._ranges = [_Range(0, self.sources[0], range(len(self._listing.names)))]
        else:
            self._listing = self._joined(listings, Listing(started_ns=started_ns))
        return self._listing

    def _joined(self, listings: Sequence[Listing], joined: Listing) -> Listing:
        indices: dict[bytes, int] = {}
        self._ranges = []
        for source, listing in zip(self.sources, listings, strict=True):
            start, own = len(joined.names), []
            for index, name in enumerate(listing.names):
                known = indices.setdefault(name, len(joined.names))
                if known < len(joined.names):
                    self._ambiguous.add(known)
                else:
                    own.append(index)
                    joined.add(name, listing.stamps(index))
            for kind, count in listing.left_out.items():
                joined.left_out[kind] += count
            self._ranges.append(_Range(start, source, own))
            [part] = listing.parts
            joined.parts.append(Part(len(own), part.left_out, part.stamps, part.tag))
        for index in self._ambiguous:
            joined.mark_ambiguous(index)
        if self._ambiguous:  # what a part holds then depends on the others
            joined.parts = [Part(part.count, part.left_out) for part in joined.parts]
        return joined

    def shares(self, indices: Sequence[int]) -> list[Sequence[int]]:
        """Files of the listing, in rising order, as shares of one source each."""
        if len(self.sources) == 1:
            return list(cut(indices, self._listing.sizes))
        shares: list[Sequence[int]] = []
        for _, group in groupby(indices, self._kind):
            shares += cut(list(group), self._listing.sizes)
        return shares

    def _kind(self, index: int) -> tuple[int, bool]:
        """The number of the source of a file, and whether it is of several."""
        at = bisect_right(self._ranges, index, key=lambda each: each.start) - 1
        return at, index in self._ambiguous

    def readings(self, shares: Sequence[Sequence[int]]) -> Iterator[Reading]:
        """How to read each of these shares, which `shares` gave. Errors: `SourceFailed`."""
        for at, group in groupby(shares, lambda share: self._kind(share[0])[0]):
            of_source, each = list(group), self._ranges[at]
            sound = [share for share in of_source if share[0] not in self._ambiguous]
            own = [[each.own[index - each.start] for index in share] for share in sound]
            readings = each.source.readings(own)
            for share in of_source:
                is_sound = share[0] not in self._ambiguous
                yield next(readings) if is_sound else self._rejected(share)
            yield from readings  # no more, but a stream is read to its end

    def _rejected(self, share: Sequence[int]) -> Loaded:
        names = self._listing.names
        return Loaded([RawContent(readable(names[each]), 0, None, ambiguous()) for each in share])

    def digests(self, indices: Sequence[int]) -> Iterator[bytes]:
        """The SHA-256 of each of these files, which rise; `UNREAD` where there is a problem."""
        for reading in self.readings(self.shares(indices)):
            for each in reading.contents(self._limits):
                yield UNREAD if each.data is None else hashlib.sha256(each.data).digest()

    def content(self, source_path: str) -> RawContent | None:
        """The bytes of one file, or its problem; None where there is no such file. Errors:
        `SourceFailed`."""
        for index, name in enumerate(self.discover().names):
            if readable(name) == source_path:
                [reading] = self.readings([[index]])
                [content] = reading.contents(self._limits)
                return content
        return None
