"""The recipe of a whole build: raw archive → parts → tables → marts → checks → published.

A run that finds nothing changed ends here, before anything heavy is imported.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from pipeline import state as states
from pipeline.code_version import code_version, sql_version
from pipeline.errors import UsageError
from pipeline.extract.changes import Changes, compare
from pipeline.extract.discover import discover
from pipeline.layout import Layout, Workshop
from pipeline.limits import DEFAULT_LIMITS, Limits
from pipeline.listing import UNREAD, Listing
from pipeline.lock import only_writer
from pipeline.state import State
from pipeline.summary import Finding, Summary

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told of (stage, done, total); stages are read, tables, marts, checks, publish."""

_NAMES_SHOWN = 3


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def build(
    raw: Path,
    out: Path,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
    force: bool = False,
    dry_run: bool = False,
) -> Summary:
    """Build every table and mart of the archive `raw` into `out`, as far as they have changed.

    `workers` is the number of processes and threads (default: all cores); the result does not
    depend on it, nor on what former runs left, which `force` leaves aside. A dry run only says
    what would be rebuilt and why. Errors: `UsageError` where `raw` is no folder or `out` holds
    something else; `CheckFailed` where a *stop* check finds rows. Whatever fails, the
    published build stays as it was. One run at a time writes a build: `NewsloomError` where another
    is at it.
    """
    if dry_run:
        return _Run(raw, out, limits, force).unchanged()
    with only_writer(Workshop.beside(out).lock):
        run = _Run(raw, out, limits, force)
        if run.nothing_changed:
            run.refresh_stamps()
            return run.unchanged()
        return run.make(workers or os.cpu_count() or 1, progress or _silent)


class _Run:
    """One run: what it finds, and what it makes of it."""

    def __init__(self, raw: Path, out: Path, limits: Limits, force: bool) -> None:
        self._started = time.monotonic()
        self._out = out
        self._layout = Layout(out)
        self._workshop = Workshop.beside(out)
        self._limits = limits
        self._code = code_version(limits)
        self._sql = sql_version()
        _refuse_foreign(self._layout)
        self._listing = discover(raw)
        old = None if force else states.load(self._workshop.state)
        self._changes = self._compare(old)
        self._old = old if old and old.code == self._code else None
        self._intact = self._old is not None and self._published() == self._old.stamps
        self._reasons = self._why(force, old)

    @property
    def nothing_changed(self) -> bool:
        """Whether the published build is what this run would make."""
        return not self._reasons

    def _compare(self, old: State | None) -> Changes:
        before, digests = (old.listing, old.digests) if old else (Listing(b""), b"")
        return compare(before, digests, self._listing, self._limits)

    def _published(self) -> dict[str, tuple[int, int]]:
        names = [*self._old.files, self._layout.manifest.name] if self._old else []
        return states.stamps_of(self._layout.root, names)

    def _why(self, force: bool, old: State | None) -> list[str]:
        """Why there is something to do; nothing where there is not."""
        if force:
            return ["everything: --force was given"]
        if old is None:
            return ["everything: no former run is known"]
        if self._old is None:
            return ["everything: the code, a definition, a limit or a library has changed"]
        changes = self._changes
        named = (("new", changes.new), ("edited", changes.edited), ("gone", changes.gone))
        reasons = [f"{_counted(names)} {what}: {_shown(names)}" for what, names in named if names]
        if old.sql != self._sql:
            reasons.append("what depends on it: a query, check or definition has changed")
        if not self._intact:
            reasons.append("all results: the published build is missing or was altered")
        return reasons

    def refresh_stamps(self) -> None:
        """Remember the present stamps of files that had to be read, so that the next run need
        not read them."""
        if self._old and self._changes.hashed:
            self._old.listing = self._listing
            self._old.digests = b"".join(digest or UNREAD for digest in self._changes.digests)
            states.save(self._workshop.state, self._old)

    def unchanged(self) -> Summary:
        """The summary of a run that makes nothing."""
        known = dict(self._old.summary) if self._old else _NOTHING
        findings = [Finding.of(each) for each in known.pop("findings", ())]
        return Summary(
            **known,
            out=self._out,
            seconds=time.monotonic() - self._started,
            bytes_read=0,
            findings=tuple(findings),
            rebuilt=False,
            reasons=tuple(self._reasons),
        )

    def make(self, threads: int, progress: Progress) -> Summary:
        """Make, check and publish what has changed."""
        from pipeline.make import make  # pyarrow and DuckDB are slow to import

        run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        new = State(self._code, self._sql, self._listing, b"")
        old = self._old if self._intact else None
        known = self._changes.digests
        shop, layout, limits = self._workshop, self._layout, self._limits
        made = make(shop, layout, run_id, new, old, known, limits, threads, progress)
        summary = replace(
            made,
            seconds=time.monotonic() - self._started,
            reasons=(*self._reasons, *made.reasons),
        )
        self._save(new, summary)
        return summary

    def _save(self, state: State, summary: Summary) -> None:
        known = asdict(summary)
        for name in ("out", "seconds", "bytes_read", "rebuilt", "reasons"):
            del known[name]
        known["findings"] = [finding.plain() for finding in summary.findings]
        state.summary = known
        names = [*state.files, self._layout.manifest.name]
        state.stamps = states.stamps_of(self._layout.root, names)
        states.save(self._workshop.state, state)


_NOTHING: dict[str, Any] = {
    "run_id": "",
    "discovered": 0,
    "loaded": 0,
    "skipped": 0,
    "rejected": 0,
    "warnings": 0,
}


def _refuse_foreign(layout: Layout) -> None:
    """Errors: `UsageError` where the output folder is in use for something else."""
    if not layout.root.exists():
        return
    if not layout.root.is_dir():
        raise UsageError(f"{layout.root} is not a folder; give another with --out")
    if any(layout.root.iterdir()) and not layout.manifest.exists():
        raise UsageError(
            f"{layout.root} is not empty and holds no build of newsloom; give another with --out"
        )


def _counted(names: list[bytes]) -> str:
    return "1 file" if len(names) == 1 else f"{len(names):,} files"


def _shown(names: list[bytes]) -> str:
    shown = [name.decode("utf-8", "backslashreplace") for name in names[:_NAMES_SHOWN]]
    return ", ".join(shown) + (", …" if len(names) > _NAMES_SHOWN else "")
