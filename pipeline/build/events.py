"""What a run logs: events with stable names, each a line of JSON where asked for.

Library users may add a handler to the logger `newsloom`; a record has the event as its message, and
`run_id` and `fields` as attributes. No text of a raw file is ever logged, only codes, counts
and paths of files.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.core.results import Finding, Summary

EVENTS: dict[str, str] = {
    "started": "A run begins: raw, out, version, force.",
    "waiting": "Another run is writing this build: holder.",
    "left_out": "What is no file of the archive was left out: kind (symbolic_links, hidden, "
    "special_files), count.",
    "no_files": "The archive holds no file, so that all tables are empty: raw, left_out.",
    "changed": "Something must be rebuilt: reasons.",
    "unchanged": "Nothing must, and the published build stands: as for published.",
    "stage": "A stage of the build begins: stage, pieces.",
    "problem": "Rejects of one code, or warnings: code, severity, count.",
    "finding": "A check found rows: check, severity, count; where it says stop also source_count "
    "and up to five sources, the raw files behind these rows.",
    "published": "A build was published: published_run_id, files (discovered, loaded, skipped, "
    "rejected), warnings, seconds.",
    "cleaned_up": "Builds in the bucket that no reader needs any more were deleted: builds, their "
    "places below the address.",
    "failed": "The run failed, and the former build is as it was: message, exit_code.",
}
"""Every event, and the fields it has besides time, level, event and run_id."""

LOGGER = logging.getLogger("newsloom")
LOGGER.addHandler(logging.NullHandler())

_RUN_ID: ContextVar[str | None] = ContextVar("run_id", default=None)
_LEVELS = {
    "warning": logging.WARNING,
    "warn": logging.WARNING,
    "error": logging.ERROR,
    "stop": logging.ERROR,
}


def begin(run_id: str) -> None:
    """Let all events from now on belong to this run."""
    _RUN_ID.set(run_id)


def run_id() -> str:
    """The id of the current run. Errors: `LookupError` where none is."""
    found = _RUN_ID.get()
    if found is None:
        raise LookupError("no run has begun")
    return found


def log_event(event: str, level: int = logging.INFO, **fields: Any) -> None:
    """Log one of `EVENTS`. Errors: `KeyError` for any other."""
    if event not in EVENTS:
        raise KeyError(f"{event!r} is no event; there are {', '.join(EVENTS)}")
    LOGGER.log(level, event, extra={"run_id": _RUN_ID.get(), "fields": fields})


def log_end(event: str, summary: Summary) -> None:
    """Log how a run ended: each problem code and check with its count, then the totals."""
    from pipeline.core.errors import codes

    for code, count in summary.problems.items():
        severity = codes()[code].severity
        level = _LEVELS[severity]
        log_event("problem", level, code=code, severity=severity, count=count)
    for finding in summary.findings:
        log_finding(finding)
    files = ("discovered", "loaded", "skipped", "rejected")
    log_event(
        event,
        published_run_id=summary.run_id,
        files={name: getattr(summary, name) for name in files},
        warnings=summary.warnings,
        seconds=round(summary.seconds, 3),
    )


def log_finding(finding: Finding) -> None:
    """Log that a check found rows; where it says stop, also the raw files behind them."""
    severity, count = finding.severity, finding.rows
    sources: dict[str, object] = {}
    if severity == "stop":
        sources = {"source_count": finding.source_count, "sources": list(finding.sources)}
    level = _LEVELS[severity]
    log_event("finding", level, check=finding.check, severity=severity, count=count, **sources)


def log_failure(message: str, exit_code: int) -> None:
    """Log that a command failed, and its exit code."""
    log_event("failed", logging.ERROR, message=message, exit_code=exit_code)


class JsonLines(logging.Formatter):
    """One JSON object per record: time (UTC), level, event, run_id, and the event's fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of ASCII."""
        time = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "run_id": getattr(record, "run_id", None),
            **getattr(record, "fields", {}),
        }
        return json.dumps(line, default=str)


class _StderrHandler(logging.StreamHandler[Any]):
    """Writes to stderr; a reader that went away does not disturb the run."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - of logging
        """Drop a line that cannot be written."""


_SENTENCES = {
    "waiting": "another run ({holder}) is writing this build; waiting for it",
    "no_files": "warning: no file in {raw}; all tables are empty "
    "(links, hidden and special files left out: {left_out})",
}
"""What people read while a run goes on."""


class _Sentences(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        from pipeline.core.text import plain

        fields = getattr(record, "fields", {})
        return _SENTENCES[record.getMessage()].format(**{k: plain(v) for k, v in fields.items()})


def log_to_stderr(*, as_json: bool) -> None:
    """Write every event as a line of JSON to stderr from now on; else only sentences
    where a run waits or finds no file."""
    reset_logging()
    handler = _StderrHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else _Sentences())
    if not as_json:
        handler.addFilter(lambda record: record.getMessage() in _SENTENCES)
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO if as_json else logging.WARNING)
    LOGGER.propagate = False


def reset_logging() -> None:
    """Write nothing to stderr any more."""
    for handler in [each for each in LOGGER.handlers if isinstance(each, _StderrHandler)]:
        LOGGER.removeHandler(handler)
    LOGGER.setLevel(logging.NOTSET)
    LOGGER.propagate = True


def is_json() -> bool:
    """Whether the log goes to stderr as JSON."""
    return any(isinstance(handler.formatter, JsonLines) for handler in LOGGER.handlers)
