"""Cuts an archive into shares: runs of files of about equal bytes, the unit of parallel work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MAX_FILES = 4_096
MAX_BYTES = 16 * 1024 * 1024


def cut(indices: Sequence[int], sizes: Sequence[int]) -> Iterator[Sequence[int]]:
    """The shares of the files `indices`, in their order; `sizes` are the bytes of every file.

    A share holds at most `MAX_FILES` files, and `MAX_BYTES` unless a single file is larger.
    """
    start = total = 0
    for place, index in enumerate(indices):
        is_full = place - start >= MAX_FILES or total + sizes[index] > MAX_BYTES
        if is_full and place > start:
            yield indices[start:place]
            start, total = place, 0
        total += sizes[index]
    if start < len(indices):
        yield indices[start:]
