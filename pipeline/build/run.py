"""A whole run: what has changed in the archive, and what is made of it.

A run that finds nothing changed ends here, before anything heavy is imported.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pipeline
from pipeline.build import events
from pipeline.build import state as states
from pipeline.build.state import State
from pipeline.configuration.location import configuration_of
from pipeline.core.configuration import CONTRACT, Configuration
from pipeline.core.errors import BuildMissing, NewsloomError, StorageFailed
from pipeline.core.garbage import collection_paused
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.paths import Place
from pipeline.core.results import Progress, Summary
from pipeline.core.text import counted, plain
from pipeline.core.version import code_version, combined, sql_version
from pipeline.publish.manifest import is_sealed, load_manifest
from pipeline.publish.output import FolderOutput, output_at
from pipeline.publish.recovery import BEST_EFFORT
from pipeline.publish.work_dir import WorkDir
from pipeline.sources.change_detection import Changes, compare
from pipeline.sources.listing import Listing
from pipeline.sources.raw_archive import Raw, RawArchive, open_archive

_NAMES_SHOWN = 3

_VERSION = pipeline.__version__


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def build(
    raw: Raw,
    out: Place,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
    configuration: Path | None = None,
    name: str | None = None,
    force: bool = False,
    dry_run: bool = False,
    wait: float = 0.0,
    spark: str | None = None,
) -> Summary:
    """Build every table and mart of the archive `raw` into `out`, as far as they have changed.

    `raw` names a source or several: folders, archive files, git revisions, buckets; `out` a folder,
    or an address such as `s3://bucket/prefix`. The results call the archive by `name` (default:
    that of the source). Records are read as the file `configuration` says (default: `newsloom.yml`
    next to the first source), else as contracted.

    `workers` is the number of processes and threads (default: all cores). The result depends
    neither on it nor on former runs, which `force` ignores; without it no build with articles is
    replaced by one without. A dry run only says what would be rebuilt and why. Where another run
    writes the build, this one waits up to `wait` seconds. Spark makes it where `spark` is an
    address (`local[4]`, `spark://…`, `sc://…`). Errors: `UsageError` of arguments or configuration;
    `SourceFailed` where a source cannot be read to its end; `CheckFailed` of a *stop* check;
    `NewsloomError` where another run is writing or has published meanwhile, or none can be written.
    The published build then stays.
    """
    events.begin(f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}")
    archive, output = open_archive(raw, limits), output_at(out)  # which refuses a password in them
    events.log_event("started", raw=archive.raw, out=out, version=_VERSION, force=force)
    output.validate(archive.paths, archive.addresses)
    name = plain(name or archive.name)
    parsing = _Parsing(limits, configuration_of(raw, configuration))
    if dry_run:
        with output.known() as state:
            return _Run(archive, output, state, name, parsing, force).unchanged()
    with _errors_named(output.name), output.held(wait, _log_waiting) as work:
        run = _Run(archive, output, work.state, name, parsing, force)
        if run.nothing_changed:
            run.refresh_stamps()
            return run.unchanged()
        return run.make(work, workers or os.cpu_count() or 1, progress or _silent, spark)


@contextmanager
def _errors_named(out: str) -> Iterator[None]:
    """Say what was being done where the system, the disk or a bucket refuses it."""
    try:
        yield
    except StorageFailed as error:
        raise StorageFailed(
            f"{error}; nothing was published, and what was published before is untouched"
        ) from error
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


def _log_listed(archive: RawArchive, listing: Listing) -> None:
    """Warn of what is not part of the archive, and of an archive without any file."""
    for kind, count in listing.left_out.items():
        if count:
            events.log_event("left_out", logging.WARNING, kind=kind, count=count)
    if not len(listing.names):
        left_out = sum(listing.left_out.values())
        events.log_event("no_files", logging.WARNING, raw=archive.raw, left_out=left_out)


class _Parsing(NamedTuple):
    """What parsing depends on besides files and code."""

    limits: Limits
    configuration: Configuration

    @property
    def version(self) -> str:
        """A digest of it, and of the code."""
        code = code_version(self.limits)
        if self.configuration == CONTRACT:
            return code
        return combined(code, repr(self.configuration))


class _Run:
    """One run: what it finds, and what it makes of it."""

    def __init__(
        self,
        archive: RawArchive,
        output: FolderOutput,
        state: Path,
        name: str,
        parsing: _Parsing,
        force: bool,
    ) -> None:
        self._started = time.monotonic()
        self._output, self._layout = output, output.layout
        self._state = state
        self._name = name
        self._parsing = parsing
        self._force = force
        self._code, self._sql = parsing.version, sql_version()
        former = None if force else states.load(state)
        self._old = former if former and former.code == self._code else None
        self._archive = archive
        self._listing = archive.discover(self._old.listing if self._old else None)
        _log_listed(archive, self._listing)
        self._changes = Changes.of_all(self._listing)
        self._stamps: dict[str, states.Stamps] = {}
        if self._old:
            old = self._old
            self._changes = compare(old.listing, old.digests, self._listing, archive.digests)
            self._stamps = self._stamps_of(old)
            self._reasons = self._changed(old)
        elif force:
            self._reasons = ["everything: --force was given"]
        elif former is None:
            self._reasons = ["everything: no former run is known"]
        else:
            what = "the code, the configuration, a definition, a limit or a library"
            self._reasons = [f"everything: {what} has changed"]

    @property
    def nothing_changed(self) -> bool:
        """Whether the published build is what this run would make."""
        return not self._reasons

    def _stamps_of(self, state: State) -> dict[str, states.Stamps]:
        """The stamps of the files that a run has published."""
        return states.stamps_of(self._layout.root, [*state.files, self._layout.manifest.name])

    def _changed(self, old: State) -> list[str]:
        """Why there is something to do; nothing where there is not."""
        changes, names = self._changes, self._listing.names
        reasons = [
            *_named("new", len(changes.new), (names[index] for index in changes.new)),
            *_named("edited", len(changes.edited), (names[index] for index in changes.edited)),
            *_named("gone", len(changes.gone), changes.gone),
        ]
        if old.sql != self._sql:
            reasons.append("what depends on it: a query, check or definition has changed")
        if old.name != self._name:
            reasons.append(f"what shows it: the archive is called {self._name}, not {old.name}")
        is_as_left = self._output.has_stamps and self._stamps == old.stamps
        if not (is_as_left or self._is_whole(old)):
            reasons.append("all results: the published build is missing or was altered")
        return reasons

    def _is_whole(self, old: State) -> bool:
        """Whether the published build is the one of the former run, by the digests of its files."""
        try:
            manifest = load_manifest(self._layout)
        except BuildMissing:
            return False
        digests = {name: entry["sha256"] for name, entry in manifest["files"].items()}
        return is_sealed(manifest) and digests == old.files and self._output.holds(digests)

    def unchanged(self) -> Summary:
        """The summary of a run that makes nothing."""
        known = self._old.summary if self._old and self._old.summary else _NOTHING
        summary = replace(
            known,
            out=self._output.name,
            seconds=time.monotonic() - self._started,
            bytes_read=0,
            left_out=self._listing.left_out,
            rebuilt=False,
            reasons=tuple(self._reasons),
        )
        events.log_end("changed" if self._reasons else "unchanged", summary)
        return summary

    def refresh_stamps(self) -> None:
        """Remember the present stamps of files that had to be read, so that the next run need
        not read them."""
        was_read = self._changes.hashed or self._archive.was_read
        if self._old and (was_read or self._stamps != self._old.stamps):
            self._old.stamps = self._stamps
            self._old.listing = self._listing
            self._old.digests = self._changes.digests
            states.save(self._state, self._old)

    def make(self, work: WorkDir, workers: int, progress: Progress, spark: str | None) -> Summary:
        """Make, check and publish what has changed."""
        with collection_paused():  # pyarrow and DuckDB are slow to import
            from pipeline.build.incremental import Plan
            from pipeline.build.make import make
        events.log_event("changed", reasons=self._reasons)
        new = State(self._code, self._sql, self._name, self._listing, bytearray())
        changes, run_id = self._changes, events.run_id()
        plan = Plan(
            self._archive,
            work,
            self._output,
            run_id,
            new,
            self._old,
            changes,
            *self._parsing,
            workers=workers,
            progress=_with_events(progress),
            force=self._force,
            spark=spark,
        )
        made = make(plan)
        summary = replace(
            made,
            seconds=time.monotonic() - self._started,
            left_out=self._listing.left_out,
            reasons=(*self._reasons, *made.reasons),
        )
        with BEST_EFFORT:
            new.summary = replace(summary, out="", reasons=(), left_out={}, difference=None)
            new.stamps = self._stamps_of(new)
            states.save(self._state, new)
            self._output.save_state(self._state)
        events.log_end("published", summary)
        return summary


_NOTHING = Summary("", "", 0.0, 0, 0, 0, 0, 0, 0)


def _named(what: str, count: int, names: Iterable[bytes]) -> list[str]:
    """That `count` files are new, edited or gone, with the first few names; nothing of none."""
    shown = [name.decode("utf-8", "backslashreplace") for name in islice(names, _NAMES_SHOWN)]
    more = ", …" if count > len(shown) else ""
    return [f"{counted(count, 'file')} {what}: {', '.join(shown)}{more}"] if count else []
