"""Buckets of S3, Google Cloud and Azure: the objects below a prefix.

A tag that the store gives to a content stands for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipeline.core.errors import Problem, SourceFailed, UsageError
from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.sources.folder import readable, too_large
from pipeline.sources.listing import UNTRUSTED, Listing, stamps_of_member, tag_of_text
from pipeline.sources.members import Members
from pipeline.sources.tar_reader import BrokenArchive
from pipeline.storage.store import CURE, is_failure, open_store, reason_of

_REQUESTS = 16
"""Requests of one process at a time."""

MEANWHILE = "it was written meanwhile; run again when it is at rest"


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

        with failures_named(self.root), ThreadPoolExecutor(_REQUESTS) as pool:
            store = open_store(self.root)
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
        with failures_named(self.raw):
            found = _listed(open_store(self._root), self._prefix)
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
        tag = tag_of_text(f"{e_tag or found['last_modified']} {size}")
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

    if problem := file.problem or too_large(file.size, limits):
        return RawContent(file.source_path, file.size, None, problem)
    if not file.size:
        return RawContent(file.source_path, 0, b"")
    options = {"if_match": quoted(file.e_tag)} if file.e_tag else {}
    data = bytes(obstore.get(store, file.key, options=options).bytes())
    return RawContent(file.source_path, len(data), data)


def quoted(e_tag: str) -> str:
    """A tag as a condition has it: the listings of Azure give it without the quotes."""
    return e_tag if e_tag.endswith('"') else f'"{e_tag}"'


@contextmanager
def failures_named(raw: str) -> Iterator[None]:
    """Say which source failed, and what to do."""
    try:
        yield
    except UsageError:
        raise
    except (BrokenArchive, OSError, ValueError, EOFError) as error:
        raise _failed(raw, error) from error
    except Exception as error:
        if not is_failure(error):
            raise
        raise _failed(raw, error) from error


def _failed(raw: str, error: Exception) -> SourceFailed:
    if type(error).__name__ == "PreconditionError":  # an object of another tag
        return _failed(raw, BrokenArchive(MEANWHILE))
    return SourceFailed(
        f"{raw} cannot be read to its end: {reason_of(error)}. {CURE}; nothing was published, and "
        "what was published before is untouched"
    )
