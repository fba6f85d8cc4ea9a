"""Tells published files apart without reading them whole.

A Parquet file is known by its footer, which is sealed with the SHA-256 of all that the file holds;
a DuckDB file by its header and the checksum that opens each of its blocks. Two files of different
content have different fingerprints, and one that is cut or pieced together has not the one it had.
"""

from __future__ import annotations

import hashlib
import os
import re
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO

MAGIC = b"PAR1"
SEAL = b"content_sha256"
"""The key in the footer's file metadata: SHA-256, as hex, of every byte of the file, the seal
itself read as `UNSEALED`."""

UNSEALED = b"0" * 64

_SEALED = re.compile(re.escape(SEAL) + rb".{1,3}?([0-9a-f]{64})", re.DOTALL)
"""Between key and value stand the number and the length of the value's field."""

_TAIL_BYTES = 8  # the length of the footer, and the magic
_HEADER_BYTES = 3 * 4096
_BLOCK_BYTES = 262_144
_CHECKSUM_BYTES = 8


def fingerprint_of(path: Path) -> str:
    """The fingerprint, in hex, of a file; its kind is given by the ending of its name.

    What is neither Parquet nor DuckDB is read whole. Errors: `OSError` where it cannot be read.
    """
    with path.open("rb") as file:
        footer = _footer(file) if path.suffix == ".parquet" else None
        if footer is not None:
            return hashlib.sha256(footer).hexdigest()
        file.seek(0)
        if path.suffix == ".duckdb":
            return _of_blocks(file)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _of_blocks(file: IO[bytes]) -> str:
    """The fingerprint of a DuckDB file: header, size, and the checksum of each block."""
    digest = hashlib.sha256(file.read(_HEADER_BYTES))
    size = file.seek(0, 2)
    digest.update(size.to_bytes(8, "big"))
    for start in range(_HEADER_BYTES, size, _BLOCK_BYTES):
        file.seek(start)
        digest.update(file.read(_CHECKSUM_BYTES))
    return digest.hexdigest()


def seal(path: Path) -> str:
    """Write the digest of a Parquet file's content into its footer, which has an open seal; gives
    the SHA-256 of the whole file. Errors: `ValueError` where there is no seal to fill."""
    with path.open("r+b") as file:
        footer = _footer(file)
        found = footer and _SEALED.search(footer)
        if not footer or not found:
            raise ValueError(f"{path} has no seal to fill")
        offset = file.seek(0, 2) - len(footer) + found.start(1)
        digest = _digest_unsealed(file, offset)
        file.seek(offset)
        file.write(digest.encode())
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_unsealed(file: IO[bytes], offset: int) -> str:
    """The SHA-256 of a file, its seal at `offset` read as open."""
    with mmap(file.fileno(), 0, access=ACCESS_READ) as data, memoryview(data) as view:
        digest = hashlib.sha256(view[:offset])
        digest.update(UNSEALED)
        digest.update(view[offset + len(UNSEALED) :])
    return digest.hexdigest()


def is_whole_parquet(path: Path) -> bool:
    """Whether a file is Parquet as newsloom wrote it, whichever build it is of: its seal fits."""
    with path.open("rb") as file:
        footer = _footer(file)
        found = footer and _SEALED.search(footer)
        if not footer or not found:
            return False
        offset = file.seek(0, 2) - len(footer) + found.start(1)
        return _digest_unsealed(file, offset).encode() == found[1]


def is_readable_parquet(path: Path) -> bool:
    """Whether a file ends as Parquet does, with a footer that fits into it."""
    with path.open("rb") as file:
        return _footer(file) is not None


def _footer(file: IO[bytes]) -> bytes | None:
    """The footer of a Parquet file, and what follows it; None where the file has none."""
    size = file.seek(0, os.SEEK_END)
    if size < len(MAGIC) + _TAIL_BYTES:
        return None
    file.seek(size - _TAIL_BYTES)
    tail = file.read(_TAIL_BYTES)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or length > size - len(MAGIC) - _TAIL_BYTES:
        return None
    file.seek(size - _TAIL_BYTES - length)
    return file.read(length + _TAIL_BYTES)
