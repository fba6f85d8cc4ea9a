"""What a run tells its caller."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One check that found rows: its severity is `stop` or `warn`; `sample` shows a few rows."""

    check: str
    severity: str
    rows: int
    sample: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """The finding as plain values."""
        return {**asdict(self), "sample": list(self.sample)}

    @classmethod
    def of(cls, values: dict[str, Any]) -> Finding:
        """The finding that `plain` gave."""
        return cls(**{**values, "sample": tuple(values["sample"])})


@dataclass(frozen=True, slots=True)
class Summary:
    """One finished run: counts are of raw files, `warnings` of problems, `rows` per relation,
    `problems` per code.

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
    findings: tuple[Finding, ...] = ()
    rebuilt: bool = True
    reasons: tuple[str, ...] = ()
