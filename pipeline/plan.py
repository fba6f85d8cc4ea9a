"""Cuts an archive into chunks: runs of files in the order of their ids.

Where a chunk ends depends on the files near its end only, so that a new, changed or deleted file
disturbs one chunk, seldom two. Chunks are the unit of parallel work, and the row groups of
the large tables.
"""

from __future__ import annotations

from collections.abc import Sequence

MAX_FILES = 4_096
MIN_FILES = 256
MAX_BYTES = 32 * 1024 * 1024
_BOUNDARY_MASK = 0x3FF  # one id in 1,024 ends a chunk


def least_chunks(sizes: Sequence[int]) -> int:
    """How many chunks files of these sizes are cut into at least."""
    bytes_cut = sum(min(size, MAX_BYTES) for size in sizes)
    return max(len(sizes) // MAX_FILES, bytes_cut // MAX_BYTES)


def cut(ids: Sequence[bytes], sizes: Sequence[int]) -> list[range]:
    """Where to cut files, given in the order of their ids: the places of each chunk's files.

    `ids` end in hexadecimal digits, `sizes` are bytes. No files make one empty chunk.
    """
    chunks: list[range] = []
    start = size = 0
    for place, file_id in enumerate(ids):
        if place > start and (place - start >= MAX_FILES or size + sizes[place] > MAX_BYTES):
            chunks.append(range(start, place))
            start, size = place, 0
        size += sizes[place]
        is_boundary = int(file_id[-4:], 16) & _BOUNDARY_MASK == 0
        if is_boundary and place + 1 - start >= MIN_FILES:
            chunks.append(range(start, place + 1))
            start, size = place + 1, 0
    if start < len(ids) or not chunks:
        chunks.append(range(start, len(ids)))
    return chunks
