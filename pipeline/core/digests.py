"""SHA-256 of plain files, for which nothing is followed or waited for."""

from __future__ import annotations

import hashlib
import os
import stat
from io import BufferedReader
from pathlib import Path


def open_plain(path: Path) -> BufferedReader:
    """Open a file to read. Errors: `OSError` where it is absent, a link, a pipe, a device …"""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(f"{path} is no plain file")
    return os.fdopen(handle, "rb")


def digest_of(path: Path) -> str | None:
    """SHA-256 of a plain file, or None where it cannot be read."""
    try:
        with open_plain(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
