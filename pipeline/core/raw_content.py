"""What a source hands to the parser: the bytes of one raw file, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.errors import Problem


@dataclass(frozen=True, slots=True)
class RawContent:
    """One raw file: `source_path` is relative with `/`, `size` in bytes.

    `data` is None where the file could not be read; `problem` then says why.
    """

    source_path: str
    size: int
    data: bytes | None
    problem: Problem | None = None
