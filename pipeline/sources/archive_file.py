"""What archive files of every form have in common: they are known by stamps, else by content."""

from __future__ import annotations

import hashlib
import os
import re
import time
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Protocol, TypeAlias

from pipeline.core.errors import SourceFailed
from pipeline.core.limits import Limits
from pipeline.sources.listing import TAG_BYTES, UNTRUSTED, Listing, Stamps, stamps_of_status
from pipeline.sources.members import Members
from pipeline.sources.source import Reading
from pipeline.sources.tar_reader import TRUNCATED, BrokenArchive

UNSUSPICIOUS_BYTES = 64 * 1024 * 1024
"""An archive file may unpack to so many bytes, however small it is."""

ENDING = re.compile(r"\.(zip|tar|tgz|tzst|tar\.(gz|zst))$", re.IGNORECASE)
"""How the names of archive files end."""


class ByteFile(Protocol):
    """An archive file that is open, wherever it lies."""

    def seek(self, offset: int, /) -> int:
        """Read on at this offset."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none only at its end."""


Opener: TypeAlias = Callable[[], AbstractContextManager[ByteFile]]
"""Opens an archive file, which is what it was when it was listed, before and after. Can be pickled.

Errors: `SourceFailed` where it is not, is not whole or cannot be read."""


class ArchiveFile(ABC):
    """One archive file: a `Source`. Its files have stamps that name the content of the whole."""

    was_read = False

    def __init__(self, path: Path, limits: Limits) -> None:
        self.raw = str(path)
        self.name = ENDING.sub("", path.name) or "archive"
        self.file = path
        self.limits = limits
        self.stamps: Stamps = UNTRUSTED
        self.tag = b""
        self.listing = Listing()
        self.members: Members | None = None

    def discover(self, former: Listing | None) -> Listing:
        """All its files; not read at all where a `former` run knew it."""
        started_ns = time.time_ns()
        self.identify(former)
        known = former.tagged(self.tag, self.stamps, started_ns) if former else None
        self.members = None
        self.listing = known or self._listed(started_ns)
        return self.listing

    def identify(self, former: Listing | None) -> None:
        """Learn its stamps and its tag, which need not be read where a `former` run knew it."""
        with _failures_named(self.file), self.file.open("rb", buffering=0) as file:
            self.stamps = _stamps(file)
            self.tag = former.tag_of(self.stamps) if former else b""
            self.was_read = not self.tag
            self.tag = self.tag or hashlib.file_digest(file, "sha256").digest()[:TAG_BYTES]

    def _listed(self, started_ns: int) -> Listing:
        self.members = Members(Listing(started_ns=started_ns))
        with self.opener()() as file:
            self.scan(file, self.members)
        self.members.close()
        return self.members.listing.close(self.stamps, self.tag)

    def scanned(self) -> Members:
        """The files with what is known of each; where a former run had listed them, this is now."""
        if self.members is None:
            self._listed(self.listing.started_ns)
        assert self.members is not None  # noqa: S101
        return self.members

    @property
    def path(self) -> Path | None:
        """Where it lies on this machine."""
        return self.file

    @abstractmethod
    def scan(self, file: ByteFile, members: Members) -> None:
        """Add all files to `members`. Errors: `BrokenArchive`."""

    @abstractmethod
    def readings(self, shares: Iterable[Sequence[int]]) -> Iterator[Reading]:
        """How to read each share of the last listing. Errors: `SourceFailed`."""

    def opener(self) -> Opener:
        """What opens it in any process."""
        # Another process may work in another folder.
        return partial(_opened, self.file.resolve(), self.stamps)

    @property
    def most_bytes(self) -> int:
        """What it may unpack to."""
        by_ratio = max(UNSUSPICIOUS_BYTES, self.limits.max_archive_ratio * self.stamps[0])
        return min(self.limits.max_archive_bytes, by_ratio)


def read_all(file: ByteFile, size: int) -> bytes:
    """So many bytes, fewer only at the end of the file."""
    data = file.read(size)
    while len(data) < size and (more := file.read(size - len(data))):
        data += more
    return data


def read_at(file: ByteFile, size: int, offset: int) -> bytes:
    """So many bytes from an offset on. Errors: `BrokenArchive` where there are fewer."""
    file.seek(offset)
    data = read_all(file, size)
    if len(data) < size:
        raise BrokenArchive(TRUNCATED)
    return data


@contextmanager
def _opened(path: Path, stamps: Stamps) -> Iterator[FileIO]:
    with _failures_named(path), path.open("rb", buffering=0) as file:
        _refuse_changed(file, stamps)
        yield file
        _refuse_changed(file, stamps)


def _refuse_changed(file: FileIO, stamps: Stamps) -> None:
    if _stamps(file) != stamps:
        raise BrokenArchive("it was written meanwhile; run again when it is at rest")


def _stamps(file: FileIO) -> Stamps:
    return stamps_of_status(os.fstat(file.fileno()))


@contextmanager
def _failures_named(path: Path) -> Iterator[None]:
    """Say which archive file is not whole, and what to do."""
    try:
        yield
    except (BrokenArchive, OSError, ValueError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise SourceFailed(
            f"{path} cannot be read to its end: {reason}. Fetch or make it anew; nothing was "
            "published, and what was published before is untouched"
        ) from error
