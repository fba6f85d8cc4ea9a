"""Small files of plain values that cannot be misread: a damaged one reads as absent."""

from __future__ import annotations

import hashlib
import marshal
import os
from pathlib import Path
from typing import Any

_DIGEST_BYTES = 32


def save(path: Path, value: Any) -> None:
    """Write plain values (numbers, text, bytes, lists, dicts, None) at once, with a checksum."""
    data = marshal.dumps(value)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.write_bytes(hashlib.sha256(data).digest() + data)
    aside.replace(path)


def load(path: Path) -> Any:
    """The values, or None where the file is absent, damaged or of another Python."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, data = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    if hashlib.sha256(data).digest() != digest:
        return None
    try:
        return marshal.loads(data)  # noqa: S302 - the checksum vouches for what we wrote
    except (ValueError, EOFError, TypeError):
        return None
