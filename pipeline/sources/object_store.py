"""Buckets of S3, Google Cloud and Azure: the objects below a prefix, or a tar that is an object.

Credentials and endpoint are those of the environment, as `obstore` reads it. Each request is tried
again within bounds; a tag that the store gives to a content stands for it.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipeline.core.errors import FileRejected, Problem, SourceFailed, UsageError
from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.sources.archive_file import ENDING
from pipeline.sources.folder import readable, refuse_large
from pipeline.sources.listing import TAG_BYTES, UNTRUSTED, Listing, stamps_of_member
from pipeline.sources.members import Members
from pipeline.sources.tar_archive import TarArchive
from pipeline.sources.tar_reader import BrokenArchive

SCHEMES = ("s3://", "gs://", "az://")

_RETRIES = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}
_CLIENT = {"connect_timeout": timedelta(seconds=10), "timeout": timedelta(seconds=60)}
_REQUESTS = 16
"""Requests of one process at a time."""

_BUFFER = 8 * 1024 * 1024


def open_bucket(raw: str, limits: Limits) -> Bucket | TarObject:
    """The source at an address such as `s3://bucket/prefix`: a tar by the ending of its name.

    Errors: `UsageError` where `obstore` is not installed, or the object is a zip.
    """
    bucket, _, key = raw.partition("://")[2].partition("/")
    key = key.strip("/")
    root = f"{raw.partition('://')[0]}://{bucket}"
    if not ENDING.search(key):
        return Bucket(raw, root, key)
    if key.lower().endswith(".zip"):
        raise UsageError(f"{raw} is a zip, which is read from a disk only; copy it, or make a tar")
    return TarObject(raw, root, key, limits)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One object: its key in the bucket, its tag there, its size in bytes."""

    source_path: str
    key: str
    e_tag: str | None
    size: int
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class StoredFiles:
    """Some objects of the bucket at `root`: a `Reading`."""

    root: str
    files: tuple[StoredFile, ...]

    def contents(self, limits: Limits) -> list[RawContent]:
        """The bytes of each object, or the problem that there are none."""
        from concurrent.futures import ThreadPoolExecutor

        with _failures_named(self.root), ThreadPoolExecutor(_REQUESTS) as pool:
            store = _store(self.root)
            return list(pool.map(lambda file: _content(file, store, limits), self.files))


class Bucket:
    """The objects below a prefix: a `Source`. Each is known by the tag that the store gives it."""

    was_read = False
    path = None

    def __init__(self, raw: str, root: str, prefix: str) -> None:
        self.raw, self._root, self._prefix = raw, root, prefix
        self.name = prefix.rpartition("/")[2] or root.partition("://")[2]
        self._listing = Listing()
        self._objects: list[tuple[str, str | None]] = []
        self._problems: dict[int, Problem] = {}

    def discover(self, _former: Listing | None) -> Listing:
        """Every object below the prefix. Errors: `UsageError` where there is none, `SourceFailed`
        where the store does not answer, or denies it."""
        members = Members(Listing(started_ns=time.time_ns()))
        self._objects = []
        with _failures_named(self.raw):
            found = _listed(_store(self._root), self._prefix)
        folders = _folders(each["path"] for each in found)
        for each in found:
            # Some tools put an empty object for a folder; obstore hides the `/` that it ends with.
            if each["size"] or each["path"] not in folders:
                self._add(each, members)
        if not self._objects and not any(members.listing.left_out.values()):
            raise UsageError(f"{self.raw} holds nothing; give the archive with --raw")
        self._problems, self._listing = members.problems, members.listing.close(UNTRUSTED)
        return self._listing

    def _add(self, found: Any, members: Members) -> None:
        key, size, e_tag = found["path"], found["size"], found["e_tag"]
        name = key[len(self._prefix) :].lstrip("/")
        tag = _tag(f"{e_tag or found['last_modified']} {size}")
        stamps = stamps_of_member(size, tag, is_its_own=True)
        if name and members.add(name.encode(), stamps):
            self._objects.append((key, e_tag))

    def readings(self, shares: Iterable[Sequence[int]]) -> Iterator[StoredFiles]:
        """Which objects to read for each share."""
        for share in shares:
            yield StoredFiles(self._root, tuple(self._file(index) for index in share))

    def _file(self, index: int) -> StoredFile:
        path, size = readable(self._listing.names[index]), self._listing.sizes[index]
        return StoredFile(path, *self._objects[index], size, self._problems.get(index))


class TarObject(TarArchive):
    """A `.tar`, `.tar.gz` or `.tar.zst` that is an object of a bucket, streamed twice."""

    def __init__(self, raw: str, root: str, key: str, limits: Limits) -> None:
        super().__init__(Path(key), limits)
        self.raw, self._root, self._key = raw, root, key

    @property
    def path(self) -> None:
        """It does not lie on this machine."""

    def identify(self, _former: Listing | None) -> None:
        """Ask the store for size and tag."""
        import obstore

        with _failures_named(self.raw):
            self._identify(obstore.head(_store(self._root), self._key))

    def _identify(self, about: Any) -> None:
        self.stamps = (about["size"], *UNTRUSTED[1:])
        self.tag = _tag(f"{about['e_tag'] or about['last_modified']} {about['size']}")

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """The object as a file, which has the same tag before and after."""
        import obstore

        with _failures_named(self.raw):
            store, tag = _store(self._root), self.tag
            yield _ObjectFile(obstore.open_reader(store, self._key, buffer_size=_BUFFER))
            self._identify(obstore.head(store, self._key))
            if self.tag != tag:
                raise BrokenArchive("it was written meanwhile; run again when it is at rest")


class _ObjectFile:
    """An object as a file: `read` gives bytes."""

    def __init__(self, reader: Any) -> None:
        self.seek = reader.seek
        self._read = reader.read

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end."""
        return bytes(self._read(size))


def _store(root: str) -> Any:
    """The bucket at an address. Errors: `UsageError` where `obstore` is not installed."""
    try:
        from obstore.store import from_url
    except ImportError:
        raise UsageError(
            f"{root} needs a library more: python -m pip install 'newsloom[cloud]'"
        ) from None
    # Of the environment, obstore does not see this one beside options of ours.
    is_plain = os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true"
    options = {**_CLIENT, "allow_http": is_plain}
    return from_url(root, retry_config=_RETRIES, client_options=options)


def _listed(store: Any, prefix: str) -> list[Any]:
    import obstore

    return [each for objects in obstore.list(store, prefix or None) for each in objects]


def _folders(paths: Iterable[str]) -> set[str]:
    """The folders above these paths, on every level."""
    found: set[str] = set()
    for path in paths:
        while (path := path.rpartition("/")[0]) and path not in found:
            found.add(path)
    return found


def _content(file: StoredFile, store: Any, limits: Limits) -> RawContent:
    import obstore

    problem = file.problem
    try:
        refuse_large(file.size, limits)
    except FileRejected as rejection:
        problem = problem or rejection.problem
    if problem:
        return RawContent(file.source_path, file.size, None, problem)
    if not file.size:
        return RawContent(file.source_path, 0, b"")
    options = {"if_match": file.e_tag} if file.e_tag else {}
    data = bytes(obstore.get(store, file.key, options=options).bytes())
    return RawContent(file.source_path, len(data), data)


def _tag(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:TAG_BYTES]


@contextmanager
def _failures_named(raw: str) -> Iterator[None]:
    """Say which source failed, and what to do."""
    try:
        yield
    except UsageError:
        raise
    except (BrokenArchive, OSError, ValueError, EOFError) as error:
        raise _failed(raw, error) from error
    except Exception as error:
        if not type(error).__module__.startswith("obstore"):
            raise
        raise _failed(raw, error) from error


def _failed(raw: str, error: Exception) -> SourceFailed:
    reason = (str(error) or type(error).__name__).splitlines()[0][:300]
    return SourceFailed(
        f"{raw} cannot be read to its end: {reason}. Check the name, the credentials and the "
        "network; nothing was published, and what was published before is untouched"
    )
