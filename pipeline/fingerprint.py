"""Tells published files apart at a glance, without reading them whole.

A Parquet file is known by its footer, which is sealed with the SHA-256 of all that the file holds;
a DuckDB file by its header and the checksum that opens each of its blocks. Two files of different
content have different fingerprints, and one that is cut or pieced together has not the one it had.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import IO

from pipeline.parquet_footer import CompactReader

MAGIC = b"PAR1"
SEAL = b"content_sha256"
"""The key in the footer's file metadata: SHA-256, as hex, of every byte up to the footer's end, the
seal itself read as `UNSEALED`."""

UNSEALED = b"0" * 64

_TAIL_BYTES = 8  # the length of the footer, and the magic
_KEY_VALUES, _KEY, _VALUE = 5, 1, 2
_HEADER_BYTES = 3 * 4096
_BLOCK_BYTES = 262_144
_CHECKSUM_BYTES = 8
_READ_BYTES = 1 << 20


def fingerprint_of(path: Path) -> str:
    """The fingerprint, in hex, of a file; its kind is told by the ending of its name.

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
    digest = hashlib.sha256(file.read(_HEADER_BYTES))
    size = file.seek(0, 2)
    digest.update(size.to_bytes(8, "big"))
    for start in range(_HEADER_BYTES, size, _BLOCK_BYTES):
        file.seek(start)
        digest.update(file.read(_CHECKSUM_BYTES))
    return digest.hexdigest()


def is_whole_parquet(path: Path) -> bool:
    """Whether a file is Parquet as newsloom wrote it, whichever build it is of: its seal fits."""
    with path.open("rb") as file:
        footer = _footer(file)
        seal = _seal_of(footer) if footer else None
        if footer is None or seal is None:
            return False
        left = file.seek(0, 2) - _TAIL_BYTES - len(footer)
        file.seek(0)
        digest = hashlib.sha256()
        while left > 0 and (data := file.read(min(left, _READ_BYTES))):
            digest.update(data)
            left -= len(data)
    digest.update(footer.replace(seal, UNSEALED, 1))
    return digest.hexdigest().encode() == seal


def is_readable_parquet(path: Path) -> bool:
    """Whether a file ends as Parquet does, with a footer that fits into it."""
    with path.open("rb") as file:
        return _footer(file) is not None


def _footer(file: IO[bytes]) -> bytes | None:
    """The footer of a Parquet file, or None where the file has none."""
    size = file.seek(0, 2)
    if size < len(MAGIC) + _TAIL_BYTES:
        return None
    file.seek(size - _TAIL_BYTES)
    tail = file.read(_TAIL_BYTES)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or length > size - len(MAGIC) - _TAIL_BYTES:
        return None
    file.seek(size - _TAIL_BYTES - length)
    return file.read(length)


def _seal_of(footer: bytes) -> bytes | None:
    """The seal in a footer, or None where it has none."""
    try:
        fields = {number: value for number, _, value in CompactReader(footer).struct()}
        _, pairs = fields[_KEY_VALUES]
        named = {fields[_KEY]: fields.get(_VALUE) for fields in map(_by_number, pairs)}
    except (ValueError, IndexError, KeyError, TypeError):
        return None
    found = named.get(SEAL)
    return found if isinstance(found, bytes) else None


def _by_number(struct: list[tuple[int, int, object]]) -> dict[int, object]:
    return {number: value for number, _, value in struct}
