"""Which raw files there are. Only this module and the file reader touch the raw folder."""

from __future__ import annotations

import os
import re
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import FileRejected, UsageError
from pipeline.limits import Limits
from pipeline.listing import Listing

_LIKE_AN_ESCAPE = re.compile(r"\\x[0-9a-f]{2}")
# Should a pipe have taken the place of the file since it was discovered, opening must not wait.
_READ_TRIES = 3
_READ_ONLY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class RawFile:
    """One discovered file: `source_path` is relative with `/`, `location` where to read it."""

    source_path: str
    location: bytes
    size: int


def readable(name: bytes) -> str:
    """A path as text; bytes that are not UTF-8 become `\\xNN`.

    Backslashes are doubled where such a path has them, and where a name looks as if it held an
    escape, so that no two paths become equal.
    """
    text = name.decode("utf-8", "replace")
    if text.encode() == name and not _LIKE_AN_ESCAPE.search(text):
        return text
    return name.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")


def _entries(folder: bytes) -> list[os.DirEntry[bytes]]:
    """What lies in a folder and is not hidden, by name; nothing where it has vanished."""
    try:
        with os.scandir(folder) as entries:
            visible = [entry for entry in entries if not entry.name.startswith(b".")]
    except FileNotFoundError:
        return []
    visible.sort(key=lambda entry: entry.name)
    return visible


def _list(root: bytes, listing: Listing) -> None:
    """List all files below, without recursion: folders may be nested deeper than calls."""
    waiting = [(root, b"")]
    while waiting:
        folder, prefix = waiting.pop()
        try:
            entries = _entries(folder)
        except OSError:
            # A folder that cannot be opened stands in the list itself: reading it is refused,
            # and the refusal shows that something is missing.
            listing.add(prefix, 0, 0, 0)
            continue
        for entry in entries:
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, name + b"/"))
            elif entry.is_file(follow_symlinks=False):
                _add(entry, name, listing)


def _add(entry: os.DirEntry[bytes], name: bytes, listing: Listing) -> None:
    """List a file; not where it has vanished, without stamps where they cannot be told."""
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError:
        listing.add(name, 0, 0, 0)
        return
    listing.add(name, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def discover(root: Path) -> Listing:
    """Every regular file under `root`, in an order that depends on names only.

    Hidden files and folders are left out; symbolic links are not followed, and sockets, pipes
    and devices are not files. A folder that cannot be opened is listed with a final `/`, to be
    rejected as unreadable. Errors: `UsageError` where `root` is no folder or cannot be opened.
    """
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder; give the archive with --raw")
    folder = os.fsencode(root.resolve())
    try:
        _entries(folder)
    except OSError as error:
        raise UsageError(f"{root} cannot be opened: {error.strerror}") from None
    listing = Listing(folder, started_ns=time.time_ns())
    _list(folder, listing)
    return listing


def raw_file(listing: Listing, index: int) -> RawFile:
    """One file of a listing."""
    name = listing.names[index]
    location = os.path.join(listing.root, name)
    return RawFile(readable(name), location, listing.sizes[index])


def read_bytes(file: RawFile, limits: Limits) -> bytes:
    """The bytes of one file, as they were at one moment.

    Errors: `FileRejected` unreadable_file, changing_file or file_too_large.
    """
    if file.size > limits.max_file_bytes:
        raise FileRejected(
            "file_too_large", f"{file.size:,} bytes; the limit is {limits.max_file_bytes:,}"
        )
    try:
        for _ in range(_READ_TRIES):
            data = _read_at_rest(file.location, limits.max_file_bytes + 1)
            if data is not None:
                break
        else:
            raise FileRejected("changing_file", "written while it was being read")
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise FileRejected("unreadable_file", reason) from None
    if len(data) > limits.max_file_bytes:
        raise FileRejected("file_too_large", f"more than {limits.max_file_bytes:,} bytes")
    return data


def _read_at_rest(location: bytes, most: int) -> bytes | None:
    """Up to `most` bytes of a file; None where it was written meanwhile."""
    descriptor = os.open(location, _READ_ONLY)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise FileRejected("unreadable_file", "no regular file any more")
        data = _read_up_to(descriptor, min(most, before.st_size + 1))
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    is_at_rest = _stamps(before) == _stamps(after) and len(data) == min(most, before.st_size)
    return data if is_at_rest else None


def _stamps(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _read_up_to(descriptor: int, most: int) -> bytes:
    """What a file holds, up to `most` bytes."""
    data = os.read(descriptor, most)
    while 0 < len(data) < most - 1 and (more := os.read(descriptor, most - len(data))):
        data += more
    return data
