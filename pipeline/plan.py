"""Cuts an archive into chunks: runs of files in the order of their ids.

Where a chunk ends depends on the files near its end only, so that a new, changed or deleted file
disturbs one chunk, seldom two. Chunks are the unit of parallel work, and the row groups of
the large tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

MAX_FILES = 4_096
MIN_FILES = 256
MAX_BYTES = 64 * 1024 * 1024
_BOUNDARY_MASK = 0x3FF  # one id in 1,024 ends a chunk


class Sized(Protocol):
    """A file with an id that ends in hexadecimal digits, and a size in bytes."""

    @property
    def record_id(self) -> str:
        """The id that orders files."""

    @property
    def size(self) -> int:
        """Bytes."""


F = TypeVar("F", bound=Sized)


@dataclass(frozen=True, slots=True)
class Chunk(Generic[F]):
    """Consecutive files; `number` counts from 0."""

    number: int
    files: tuple[F, ...]


def cut(files: Sequence[F]) -> list[Chunk[F]]:
    """The chunks of `files`, which are ordered by id; one empty chunk where there are none."""
    chunks: list[Chunk[F]] = []
    current: list[F] = []
    size = 0
    for file in files:
        if current and (len(current) >= MAX_FILES or size + file.size > MAX_BYTES):
            chunks.append(Chunk(len(chunks), tuple(current)))
            current, size = [], 0
        current.append(file)
        size += file.size
        if len(current) >= MIN_FILES and int(file.record_id[-4:], 16) & _BOUNDARY_MASK == 0:
            chunks.append(Chunk(len(chunks), tuple(current)))
            current, size = [], 0
    if current or not chunks:
        chunks.append(Chunk(len(chunks), tuple(current)))
    return chunks
