"""A whole run: what has changed in the archive, and what is made of it.

A run that finds nothing changed ends here, before anything heavy is imported.
"""

from __future__ import annotations

import gc
import logging
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pipeline
from pipeline.build import events
from pipeline.build import state as states
from pipeline.build.shares import fewest_shares
from pipeline.build.state import State
from pipeline.core.digests import digest_of
from pipeline.core.errors import BuildMissing, NewsloomError
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.paths import Layout, state_path
from pipeline.core.results import Progress, Summary
from pipeline.core.version import code_version, sql_version
from pipeline.publish.lock import only_writer
from pipeline.publish.manifest import is_sealed, load_manifest
from pipeline.publish.preflight import validate_output
from pipeline.publish.recovery import BEST_EFFORT, recover
from pipeline.publish.work_dir import WorkDir
from pipeline.sources.change_detection import Changes, FileSample, compare
from pipeline.sources.folder import discover
from pipeline.sources.listing import Listing

_WORKER_MODULE = "pipeline.build.worker"
"""Where the workers of a pool come from; not imported here, because that takes long."""


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
    wait: float = 0.0,
) -> Summary:
    """Build every table and mart of the archive `raw` into `out`, as far as they have changed.

    `workers` is the number of processes and threads (default: all cores); the result does not
    depend on it, nor on what former runs left, which `force` ignores. A dry run only says
    what would be rebuilt and why. One run at a time writes a build: where another is at it, this
    one waits up to `wait` seconds. Errors: `UsageError` where `raw` is no folder or `out` cannot
    hold a build; `CheckFailed` where a *stop* check finds rows; `NewsloomError` where another run
    is still writing, or the build cannot be written. Whatever fails, the published build stays as
    it was.
    """
    events.begin(f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}")
    events.log_event("started", raw=raw, out=out, version=pipeline.__version__, force=force)
    validate_output(raw, out)
    if dry_run:
        return _Run(raw, out, state_path(out), limits, force).unchanged()
    with _errors_named(out), only_writer(out, wait, _log_waiting) as work:
        recover(work, Layout(out))
        run = _Run(raw, out, work.state, limits, force)
        if run.nothing_changed:
            run.refresh_stamps()
            return run.unchanged()
        return run.make(work, workers or os.cpu_count() or 1, _with_events(progress or _silent))


@contextmanager
def _errors_named(out: Path) -> Iterator[None]:
    """Say what was being done where the system or the disk refuses it."""
    try:
        yield
    except OSError as error:
        place = f": {os.fsdecode(error.filename)}" if error.filename else ""
        raise NewsloomError(
            f"the build in {out} could not be written ({error.strerror or error}{place}); "
            "what was published before is untouched"
        ) from error
    except MemoryError:
        raise NewsloomError(
            "memory ran out; try again with fewer --workers; what was published before is untouched"
        ) from None


def _with_events(progress: Progress) -> Progress:
    """The same progress, whose stages are logged as events, too."""
    begun: set[str] = set()

    def follow(stage: str, done: int, total: int) -> None:
        if stage not in begun:
            begun.add(stage)
            events.log_event("stage", stage=stage, pieces=total)
        progress(stage, done, total)

    return follow


def _log_waiting(holder: str) -> None:
    events.log_event("waiting", logging.WARNING, holder=holder)


def _log_listed(raw: Path, listing: Listing) -> None:
    """Warn of what is not part of the archive, and of an archive without any file."""
    for kind, count in listing.left_out.items():
        if count:
            events.log_event("left_out", logging.WARNING, kind=kind, count=count)
    if not len(listing.names):
        events.log_event(
            "no_files", logging.WARNING, raw=raw, left_out=sum(listing.left_out.values())
        )


class _Run:
    """One run: what it finds, and what it makes of it."""

    def __init__(self, raw: Path, out: Path, state: Path, limits: Limits, force: bool) -> None:
        self._started = time.monotonic()
        self._out = out
        self._layout = Layout(out)
        self._state = state
        self._limits = limits
        self._force = force
        self._code = code_version(limits)
        self._sql = sql_version()
        self._listing = discover(raw)
        _log_listed(raw, self._listing)
        old = None if force else states.load(state)
        self._changes = self._compare(old)
        self._old = old if old and old.code == self._code else None
        self._stamps = self._published()
        self._intact = self._stamps_fit or self._is_whole()
        self._reasons = self._why(force, old)

    @property
    def nothing_changed(self) -> bool:
        """Whether the published build is what this run would make."""
        return not self._reasons

    def _compare(self, old: State | None) -> Changes:
        before, digests = (old.listing, old.digests) if old else (Listing(b""), b"")
        return compare(before, digests, self._listing, self._limits)

    def _published(self) -> dict[str, states.Stamps]:
        names = [*self._old.files, self._layout.manifest.name] if self._old else []
        return states.stamps_of(self._layout.root, names)

    @property
    def _stamps_fit(self) -> bool:
        return self._old is not None and self._stamps == self._old.stamps

    def _is_whole(self) -> bool:
        """Whether the published build is the one of the former run, by the digests of its files."""
        if self._old is None:
            return False
        try:
            manifest = load_manifest(self._layout)
        except BuildMissing:
            return False
        digests = {name: entry["sha256"] for name, entry in manifest["files"].items()}
        return (
            is_sealed(manifest)
            and digests == self._old.files
            and all(digest_of(self._layout.root / name) == digests[name] for name in digests)
        )

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
        reasons = [
            f"{_counted(files)} {what}: {_shown(files)}" for what, files in named if files.count
        ]
        if old.sql != self._sql:
            reasons.append("what depends on it: a query, check or definition has changed")
        if not self._intact:
            reasons.append("all results: the published build is missing or was altered")
        return reasons

    def refresh_stamps(self) -> None:
        """Remember the present stamps of files that had to be read, so that the next run need
        not read them."""
        if self._old and (self._changes.hashed or not self._stamps_fit):
            self._old.stamps = self._stamps
            self._old.listing = self._listing
            self._old.digests = self._changes.digests
            states.save(self._state, self._old)

    def unchanged(self) -> Summary:
        """The summary of a run that makes nothing."""
        known = self._old.summary if self._old and self._old.summary else _NOTHING
        summary = replace(
            known,
            out=self._out,
            seconds=time.monotonic() - self._started,
            bytes_read=0,
            left_out=self._listing.left_out,
            rebuilt=False,
            reasons=tuple(self._reasons),
        )
        events.log_end("changed" if self._reasons else "unchanged", summary)
        return summary

    def make(self, work: WorkDir, threads: int, progress: Progress) -> Summary:
        """Make, check and publish what has changed."""
        if threads > 1 and self._old is None:
            self._start_pool()
        with _garbage_left():  # pyarrow and DuckDB are slow to import
            from pipeline.build.make import make

        new = State(self._code, self._sql, self._listing, b"")
        old = self._old
        events.log_event("changed", reasons=self._reasons)
        changes = self._changes if old else Changes.of_all(self._listing)
        layout, limits = self._layout, self._limits
        made = make(work, layout, events.run_id(), new, old, changes, limits, threads, progress)
        summary = replace(
            made,
            seconds=time.monotonic() - self._started,
            left_out=self._listing.left_out,
            reasons=(*self._reasons, *made.reasons),
        )
        with BEST_EFFORT:
            self._save(new, summary)
        events.log_end("published", summary)
        return summary

    def _start_pool(self) -> None:
        """Have a pool start meanwhile, where there is work enough for one."""
        from pipeline.build.worker_pool import WORTH_A_POOL, start_ahead

        if fewest_shares(self._listing.sizes) >= WORTH_A_POOL:
            start_ahead(_WORKER_MODULE)

    def _save(self, state: State, summary: Summary) -> None:
        state.summary = replace(summary, out=Path(), reasons=(), left_out={})
        names = [*state.files, self._layout.manifest.name]
        state.stamps = states.stamps_of(self._layout.root, names)
        states.save(self._state, state)


_NOTHING = Summary("", Path(), 0.0, 0, 0, 0, 0, 0, 0)


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Collect no garbage; what an import makes is none, and looking for it takes long."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _counted(files: FileSample) -> str:
    return "1 file" if files.count == 1 else f"{files.count:,} files"


def _shown(files: FileSample) -> str:
    shown = [name.decode("utf-8", "backslashreplace") for name in files.names]
    return ", ".join(shown) + (", …" if files.count > len(shown) else "")
