"""What a run returns to its caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from pipeline.core.difference import Difference
from pipeline.core.text import counted

if TYPE_CHECKING:
    import pyarrow as pa

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
class Archive:
    """What an archive is called, and the days of its first and last article: None without any."""

    name: str
    first_day: date | None = None
    last_day: date | None = None

    @property
    def period(self) -> tuple[str, str] | None:
        """The first and the last day in ISO 8601; None where there is no article."""
        if self.first_day is None or self.last_day is None:
            return None
        return self.first_day.isoformat(), self.last_day.isoformat()

    @property
    def description(self) -> str:
        """What is in a build, and of when, as a sentence."""
        period = " to ".join(self.period or ())
        published = f", published {period}" if period else ""
        return f"Tables and marts of the news archive {self.name}{published}. All times are UTC."


@dataclass(frozen=True, slots=True)
class Summary:
    """One finished run: counts are of raw files, `warnings` of problems, `rows` per relation,
    `problems` per code, `skipped_reasons` of skipped files, `left_out` of what is no file of the
    archive, by kind.

    `rebuilt` is False where nothing had changed and nothing was written; `reasons` say what was
    rebuilt and why. A dry run has reasons only. `difference` compares files, articles and small
    marts with those of the build that was replaced; None where there was none.
    """

    run_id: str
    out: str
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
    skipped_reasons: dict[str, int] = field(default_factory=dict)
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class StoredRelation:
    """A table or mart as it is stored: its Parquet files, by their names in the build."""

    name: str
    schema: pa.Schema
    key: tuple[str, ...]
    files: tuple[str, ...]
