"""Makes one build in the work folder: rows, then all that is made of them, then the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import duckdb
import pyarrow as pa

from pipeline.build.incremental import TidyRows, tidy_rows
from pipeline.build.materialize import Materializer
from pipeline.build.state import State
from pipeline.core.digests import digest_of
from pipeline.core.errors import NewsloomError
from pipeline.core.limits import Limits
from pipeline.core.paths import Layout
from pipeline.core.results import FileCounts, Finding, Progress, Summary
from pipeline.engines.duckdb_engine import duckdb_engine
from pipeline.engines.engine import Engine
from pipeline.publish.publish import publish, staging, write_manifest
from pipeline.publish.work_dir import WorkDir
from pipeline.sources.change_detection import Changes

_MOST_BYTES_IN_SESSIONS = 4 << 30
"""Marts of a larger archive need all of the memory; side by side, they wait for the disk."""

_PROBLEMS = "SELECT code, count(*) AS problems FROM rejects GROUP BY code ORDER BY code"
_STATUS = "SELECT status, count(*) AS files FROM files GROUP BY status"
_WARNINGS = "SELECT count(*) AS warnings FROM rejects WHERE severity = 'warning'"


def make(
    work: WorkDir,
    layout: Layout,
    run_id: str,
    new: State,
    old: State | None,
    changes: Changes,
    limits: Limits,
    workers: int,
    progress: Progress,
) -> Summary:
    """Make, check and publish a build; fills `new`, which the next run will know.

    `old` is what the published build was made from, None where nothing of it may be used;
    `changes` the files that must be parsed. Errors: `CheckFailed`, and `NewsloomError` with
    DuckDB's message; nothing is published then.
    """
    with _errors_of_duckdb(), staging(work, layout) as staged:
        rows = tidy_rows(new, old, changes, layout, work.staging, limits, workers, progress)
        # What parsing leaves would add up with what DuckDB needs from here on.
        pa.default_memory_pool().release_unused()
        new.listing.names.compress()
        sessions = 2 if sum(new.listing.sizes) <= _MOST_BYTES_IN_SESSIONS else 1
        with duckdb_engine(staged.database, work.staging, workers, sessions) as engine:
            materializer = Materializer(engine, staged, new, rows.old, layout)
            findings = _materialize(engine, materializer, rows, progress)
            counts = _file_counts(engine)
            problems = {row["code"]: row["problems"] for row in engine.rows(_PROBLEMS)}
            engine.finish(run_id)
        progress("publish", 0, 1)
        new.files[staged.database.name] = digest_of(staged.database) or ""
        write_manifest(staged, run_id, counts, new.rows, new.files)
        publish(staged, layout, work, new.files)
        progress("publish", 1, 1)
    return Summary(
        run_id=run_id,
        out=layout.root,
        seconds=0.0,
        bytes_read=rows.bytes_read,
        **asdict(counts),
        rows=dict(sorted(new.rows.items())),
        problems=problems,
        findings=tuple(findings),
        reasons=(*rows.reasons, *materializer.reasons),
    )


def _materialize(
    engine: Engine, materializer: Materializer, rows: TidyRows, progress: Progress
) -> list[Finding]:
    """Make and check all relations and the report; gives what the checks found."""
    for name, parsed in rows.tables.items():
        engine.register(name, parsed)
    materializer.make_relations(progress)
    findings = materializer.check(progress)
    materializer.make_report(findings)
    return findings


@contextmanager
def _errors_of_duckdb() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise NewsloomError(
            f"DuckDB could not make the build: {error}; what was published before is untouched"
        ) from error


def _file_counts(engine: Engine) -> FileCounts:
    """Raw files by status. The `files_accounted` check has compared them with one another."""
    status = {row["status"]: int(row["files"]) for row in engine.rows(_STATUS)}
    return FileCounts(
        discovered=sum(status.values()),
        loaded=status.get("loaded", 0),
        skipped=status.get("skipped", 0),
        rejected=status.get("rejected", 0),
        warnings=int(engine.rows(_WARNINGS)[0]["warnings"]),
    )
