"""What a source hands to the parser: the bytes of one raw file, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.errors import Problem


@dataclass(frozen=True, slots=True)
class RawContent:
    """One raw file: `source_path` is relative with `/`, `size` in bytes.

    `data` is None where the file could not be read; `problem` then says why. Where a source knows
    when the file was collected and last revised, both are seconds since 1970. Of one of several
    records of a file, `first_line` is its line there, from 1.
    """

    source_path: str
    size: int
    data: bytes | None
    problem: Problem | None = None
    collected_at: int | None = None
    revised_at: int | None = None
    first_line: int = 1
