"""Makes one build in the workshop: parts, then all that is made of them, then the manifest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import duckdb
import pyarrow as pa

from pipeline.chunk_store import ChunkStore, digest_of
from pipeline.chunking import Chunked, Chunking, Progress
from pipeline.errors import NewsloomError
from pipeline.layout import Layout, Workshop
from pipeline.limits import Limits
from pipeline.publish import FileCounts, publish, staging, write_manifest
from pipeline.rebuild import Rebuild
from pipeline.recipe import ChunkWorker
from pipeline.recover import LATER
from pipeline.state import State
from pipeline.summary import Finding, Summary
from pipeline.warehouse import MEMORY_LIMIT, SMALL_MEMORY_LIMIT, Warehouse, warehouse
from pipeline.workers import Team, team

_MOST_PATCHES = 20
"""How often a database is patched before it is made whole again, so that it does not bloat."""

_MOST_BYTES_IN_LANES = 4 << 30
"""Marts of a larger archive need all of the memory; side by side, they wait for the disk."""

_PROBLEMS = "SELECT code, count(*) FROM rejects GROUP BY code ORDER BY code"


def make(
    workshop: Workshop,
    layout: Layout,
    run_id: str,
    new: State,
    old: State | None,
    known: bytearray,
    limits: Limits,
    threads: int,
    progress: Progress,
) -> Summary:
    """Make, check and publish a build; fills `new`, which the next run will know.

    `old` is what the published build was made from, None where it may not be used; `known` the
    SHA-256 of each file, `UNREAD` where it must be read. Errors: `CheckFailed`, and `NewsloomError`
    with DuckDB's message; nothing is published then.
    """
    store = ChunkStore(workshop.chunks)
    with (
        _refusals_of_duckdb(),
        staging(workshop, layout) as staged,
        team(threads, ChunkWorker, workshop.chunks, new.code, limits) as workers,
    ):
        chunked = Chunking(new.listing, known, new.code, old).make(store, workers, progress)
        new.digests, new.ids = chunked.digests, chunked.ids
        new.listing.names.fold()
        patching = _copy_database(layout, staged, new, old)
        rebuild = Rebuild(chunked.parts, store, staged, new, old if patching else None, layout)
        with warehouse(staged.database, workshop.staging, threads) as analytics:
            lanes = 2 if sum(new.listing.sizes) <= _MOST_BYTES_IN_LANES else 1
            findings = _fill(rebuild, analytics, lanes, workers, progress)
            counts = _file_counts(analytics)
            problems = analytics.counts(_PROBLEMS)
            analytics.mark(run_id)
        progress("publish", 0, 1)
        new.files[staged.database.name] = digest_of(staged.database) or ""
        write_manifest(staged, run_id, counts, rebuild.rows, new.files)
        publish(staged, layout, workshop)
        progress("publish", 1, 1)
    with LATER:
        rebuild.forget_unused()
    return _summary(layout, run_id, chunked, counts, problems, rebuild, findings)


def _fill(
    rebuild: Rebuild,
    analytics: Warehouse,
    lanes: int,
    workers: Team[ChunkWorker],
    progress: Progress,
) -> tuple[Finding, ...]:
    """Make all that is made with DuckDB, and check it; gives what the checks found."""
    _free_memory(workers)
    with analytics.lanes(lanes) as opened:
        rebuild.make_tables(opened, progress)
        _make_parts(rebuild, analytics, workers)
        rebuild.make_relations(opened, progress)
        findings = rebuild.check(opened, progress)
    rebuild.make_report(analytics, findings)
    return tuple(findings)


def _make_parts(rebuild: Rebuild, analytics: Warehouse, workers: Team[ChunkWorker]) -> None:
    """Have the parts made that need the whole archive; DuckDB holds little meanwhile."""
    analytics.limit_memory(SMALL_MEMORY_LIMIT)
    rebuild.make_parts(analytics, workers)
    _free_memory(workers)
    analytics.limit_memory(MEMORY_LIMIT)


def _free_memory(workers: Team[ChunkWorker]) -> None:
    """Let go of what workers hold; it would add up with what DuckDB needs from here on."""
    workers.stop()
    pa.default_memory_pool().release_unused()


@contextmanager
def _refusals_of_duckdb() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise NewsloomError(
            f"DuckDB could not make the build: {error}; what was published before is untouched"
        ) from error


def _summary(
    layout: Layout,
    run_id: str,
    chunked: Chunked,
    counts: FileCounts,
    problems: dict[str, int],
    rebuild: Rebuild,
    findings: tuple[Finding, ...],
) -> Summary:
    parsed = f"{chunked.made:,} of {len(chunked.parts):,} chunks of files parsed"
    return Summary(
        run_id=run_id,
        out=layout.root,
        seconds=0.0,
        bytes_read=chunked.bytes_read,
        **asdict(counts),
        rows=rebuild.rows,
        problems=problems,
        findings=findings,
        reasons=(parsed, *rebuild.reasons),
    )


def _copy_database(layout: Layout, staged: Layout, new: State, old: State | None) -> bool:
    """Start from the published database where that may be used and is not worn out."""
    if old is None or old.patches >= _MOST_PATCHES:
        return False
    shutil.copyfile(layout.database, staged.database)
    new.patches = old.patches + 1
    return True


def _file_counts(analytics: Warehouse) -> FileCounts:
    """Raw files by status. The `files_accounted` check has held them against one another."""
    status = analytics.counts("SELECT status, count(*) FROM files GROUP BY status")
    return FileCounts(
        discovered=sum(status.values()),
        loaded=status.get("loaded", 0),
        skipped=status.get("skipped", 0),
        rejected=status.get("rejected", 0),
        warnings=analytics.count("SELECT count(*) FROM rejects WHERE severity = 'warning'"),
    )
