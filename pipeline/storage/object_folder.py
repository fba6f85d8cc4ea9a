"""The objects below an address, by their names there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.core.errors import StorageFailed
from pipeline.storage.store import (
    CURE,
    is_failure,
    normalized,
    open_store,
    reason_of,
    split_address,
)

_REQUESTS = 8
"""Files under way at a time; of a large one, obstore sends several parts at once."""

_CHUNK = 8 * 1024 * 1024
_DELETED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a listing says of an object: its size in bytes, and when it was last written."""

    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of an object, and which version of it they are: a condition for `replace`."""

    data: bytes
    version: dict[str, str]


class ObjectFolder:
    """What lies below `address`. Every method raises `StorageFailed` where the bucket does not
    answer, or denies."""

    def __init__(self, address: str) -> None:
        """Errors: `UsageError` where the address names no bucket, or `obstore` is missing."""
        root, self._prefix = split_address(address)
        self.address = normalized(address)
        self._store = open_store(root)

    def listed(self, below: str = "") -> Iterator[tuple[str, StoredObject]]:
        """The objects below a name, with their names in this folder; page by page. Unlike `read`,
        it fails where there is no such bucket."""
        import obstore

        prefix, start = self._key(below).rstrip("/"), len(self._key(""))
        with self._failures_named():
            for page in obstore.list(self._store, prefix or None):
                for each in page:
                    found = StoredObject(each["size"], each["last_modified"])
                    yield each["path"][start:], found

    def read(self, name: str) -> Content | None:
        """The content of a small object; None where there is none."""
        import obstore

        with self._failures_named(), suppress(FileNotFoundError):
            found = obstore.get(self._store, self._key(name))
            version = {key: found.meta[key] for key in ("e_tag", "version") if found.meta[key]}
            return Content(bytes(found.bytes()), version)
        return None

    def replace(self, name: str, data: bytes, former: Content | None) -> bool:
        """Put a small object where the `former` is still the one there, or none for None; False,
        and nothing is put, where it is another by now."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        mode = former.version if former else "create"
        with self._failures_named():
            try:
                obstore.put(self._store, self._key(name), data, mode=mode, use_multipart=False)
            except (AlreadyExistsError, PreconditionError, FileNotFoundError):
                return False
        return True

    def upload(self, files: dict[str, Path], done: Callable[[int], None]) -> None:
        """Put files under these names; `done` is called with how many are there."""
        import obstore

        def put(name: str) -> None:
            obstore.put(self._store, self._key(name), files[name])

        self._for_each(put, files, done)

    def download(self, targets: dict[str, Path], done: Callable[[int], None]) -> None:
        """Write objects to files, whose folders are made; what is absent is left out, and none of
        an interrupted transfer stays under the name of its file."""

        def get(name: str) -> None:
            with suppress(FileNotFoundError):
                self._download(name, targets[name])

        self._for_each(get, targets, done)

    def _download(self, name: str, target: Path) -> None:
        import obstore

        target.parent.mkdir(parents=True, exist_ok=True)
        found = obstore.get(self._store, self._key(name))
        partial = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            with partial.open("wb") as file:
                for chunk in found.stream(min_chunk_size=_CHUNK):
                    file.write(chunk)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)

    def delete(self, names: Iterable[str]) -> None:
        """Delete objects; absent is well."""
        import obstore

        keys = [self._key(name) for name in names]
        with self._failures_named():
            for start in range(0, len(keys), _DELETED_AT_ONCE):
                some = keys[start : start + _DELETED_AT_ONCE]
                try:
                    obstore.delete(self._store, some)
                except FileNotFoundError:  # of Azure, which has then left others
                    for key in some:
                        with suppress(FileNotFoundError):
                            obstore.delete(self._store, key)

    def _for_each(
        self, action: Callable[[str], None], names: Iterable[str], done: Callable[[int], None]
    ) -> None:
        """Do something for each name, several at a time; the first failure ends it."""
        with self._failures_named(), ThreadPoolExecutor(_REQUESTS) as pool:
            running = [pool.submit(action, name) for name in names]
            try:
                for count, each in enumerate(running, 1):
                    each.result()
                    done(count)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}" if self._prefix else name

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if not is_failure(error):
                raise
            raise StorageFailed(f"{self.address}: {reason_of(error)}. {CURE}") from error
