"""What a run returns to its caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from pipeline.core.text import counted

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with (stage, done, total); stages are read, marts, checks, publish."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check that found rows: its severity is `stop` or `warn`; `sample` shows a few rows.

    Where it says stop, `source_count` raw files are behind these rows, and `sources` names a few;
    none where the rows are of a mart that sums up many files.
    """

    check: str
    severity: str
    rows: int
    sample: tuple[str, ...]
    source_count: int = 0
    sources: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The finding as one line: how many rows, the first of them, and the raw files behind."""
        rows = counted(self.rows, "row")
        return f"{self.check}: {rows} ({self.sample[0]}) {self.sources_text}".rstrip()

    @property
    def sources_text(self) -> str:
        """The raw files behind the rows, as a part of a sentence; "" where there are none."""
        if not self.sources:
            return ""
        files = counted(self.source_count, "raw file")
        more = ", …" if self.source_count > len(self.sources) else ""
        return f"from {files}: {', '.join(self.sources)}{more}"


@dataclass(frozen=True, slots=True)
class FileCounts:
    """Raw files by what became of them, and the warnings among the problems."""

    discovered: int
    loaded: int
    skipped: int
    rejected: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Summary:
    """One finished run: counts are of raw files, `warnings` of problems, `rows` per relation,
    `problems` per code, `left_out` of what is no file of the archive, by kind.

    `rebuilt` is False where nothing had changed and nothing was written; `reasons` say what was
    rebuilt and why. A dry run has reasons only.
    """

    run_id: str
    out: Path
    seconds: float
    bytes_read: int
    discovered: int
    loaded: int
    skipped: int
    rejected: int
    warnings: int
    rows: dict[str, int] = field(default_factory=dict)
    problems: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    rebuilt: bool = True
    reasons: tuple[str, ...] = ()
