"""Which raw files there are. Only this module and the file reader touch the raw folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import FileRejected, UsageError
from pipeline.limits import Limits


@dataclass(frozen=True, slots=True)
class RawFile:
    """One discovered file: `source_path` is relative with `/`, `location` where to read it."""

    source_path: str
    location: bytes
    size: int
    mtime_ns: int


def _readable(name: bytes) -> str:
    """A file name as text; bytes that are not UTF-8 become `\\xNN`."""
    return name.decode("utf-8", "backslashreplace")


def _scan(folder: bytes, prefix: bytes, found: list[RawFile]) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(b"."):
                continue
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                _scan(entry.path, name + b"/", found)
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                path = _readable(name)
                found.append(RawFile(path, entry.path, status.st_size, status.st_mtime_ns))


def discover(root: Path) -> list[RawFile]:
    """Every regular file under `root`, ordered by source_path.

    Hidden files and folders are left out; symbolic links are not followed, and sockets, pipes
    and devices are not files. Errors: `UsageError` where `root` is no folder.
    """
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder; give the archive with --raw")
    found: list[RawFile] = []
    _scan(os.fsencode(root.resolve()), b"", found)
    found.sort(key=lambda file: file.source_path)
    return found


def read_bytes(file: RawFile, limits: Limits) -> bytes:
    """The bytes of one file. Errors: `FileRejected` unreadable_file or file_too_large."""
    if file.size > limits.max_file_bytes:
        raise FileRejected(
            "file_too_large", f"{file.size:,} bytes; the limit is {limits.max_file_bytes:,}"
        )
    try:
        descriptor = os.open(file.location, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with open(descriptor, "rb", buffering=0) as stream:
            data: bytes = stream.read(limits.max_file_bytes + 1)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise FileRejected("unreadable_file", reason) from None
    if len(data) > limits.max_file_bytes:
        raise FileRejected("file_too_large", f"more than {limits.max_file_bytes:,} bytes")
    return data
