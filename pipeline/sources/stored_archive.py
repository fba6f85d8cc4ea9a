"""Archive files that are objects of a bucket: read in ranges, never copied to disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.limits import Limits
from pipeline.sources.archive_file import ENDING, ArchiveFile, Opener
from pipeline.sources.listing import UNTRUSTED, Listing, tag_of_text
from pipeline.sources.object_store import (
    MEANWHILE,
    Bucket,
    failures_named,
    quoted,
)
from pipeline.sources.tar_archive import TarArchive
from pipeline.sources.tar_reader import BrokenArchive
from pipeline.sources.zip_archive import ZipArchive
from pipeline.storage.store import open_store, split_address

_AHEAD = 4 * 1024 * 1024
"""Bytes of a request for one who reads on."""

_NEAR = 64 * 1024
"""Bytes of a request for one who starts anew, and how much one may skip who reads on."""


def open_bucket(raw: str, limits: Limits) -> Bucket | _ArchiveObject:
    """The source at an address such as `s3://bucket/prefix`: an archive file by its ending."""
    root, key = split_address(raw)
    if not ENDING.search(key):
        return Bucket(raw, root, key)
    kind = _ZipObject if key.lower().endswith(".zip") else _TarObject
    return kind(raw, root, key, limits)


@dataclass(frozen=True, slots=True)
class _Stored:
    """An object: its size in bytes, and what the store names its content by."""

    raw: str
    root: str
    key: str
    size: int
    e_tag: str | None
    modified: str

    @contextmanager
    def opened(self) -> Iterator[_ObjectFile]:
        """The object as a file: an `Opener`."""
        with failures_named(self.raw):
            yield _ObjectFile(self)
            if _stored(self.raw, self.root, self.key) != self:
                raise BrokenArchive(MEANWHILE)


def _stored(raw: str, root: str, key: str) -> _Stored:
    """The object as it is now. Errors: `SourceFailed`, `UsageError`."""
    with failures_named(raw):
        store = open_store(root)
        import obstore

        about = obstore.head(store, key)
        return _Stored(raw, root, key, about["size"], about["e_tag"], str(about["last_modified"]))


class _ObjectFile:
    """An object as a `ByteFile`; each range is asked for on condition that it is the same."""

    def __init__(self, stored: _Stored) -> None:
        self._stored, self._store = stored, open_store(stored.root)
        self._at = self._start = 0
        self._held = b""

    def seek(self, offset: int, /) -> int:
        """Read on at this offset."""
        self._at = offset
        return offset

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none only at its end."""
        if not self._start <= self._at < self._start + len(self._held):
            self._fetch(size)
        start = self._at - self._start
        data = self._held[start : start + size]
        self._at += len(data)
        return data

    def _fetch(self, size: int) -> None:
        import obstore

        reads_on = 0 <= self._at - self._start - len(self._held) <= _NEAR
        end = min(self._at + max(size, _AHEAD if reads_on else _NEAR), self._stored.size)
        self._start, self._held = self._at, b""
        if self._at < end:
            condition = {"if_match": quoted(self._stored.e_tag)} if self._stored.e_tag else {}
            options = {"range": (self._at, end), **condition}
            self._held = bytes(obstore.get(self._store, self._stored.key, options=options).bytes())


class _ArchiveObject(ArchiveFile):
    """An archive file that is an object, known by its size and the tag that its store gives it."""

    def __init__(self, raw: str, root: str, key: str, limits: Limits) -> None:
        super().__init__(Path(key), limits)
        self.raw, self._where = raw, (raw, root, key)

    @property
    def path(self) -> None:
        """It does not lie on this machine."""

    def identify(self, _former: Listing | None) -> None:
        """Ask the store for size and tag."""
        self._stored = _stored(*self._where)
        self.stamps = (self._stored.size, *UNTRUSTED[1:])
        named = self._stored.e_tag or self._stored.modified
        self.tag = tag_of_text(f"{named} {self._stored.size}")

    def opener(self) -> Opener:
        """What opens it in any process."""
        return self._stored.opened


class _TarObject(_ArchiveObject, TarArchive):
    """A `.tar`, `.tar.gz` or `.tar.zst`, streamed twice."""


class _ZipObject(_ArchiveObject, ZipArchive):
    """A `.zip`."""
