"""The recipe of a whole build: raw archive → parts → tables → marts → checks → published."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.arrow import schema
from pipeline.definitions import relation, relations
from pipeline.errors import CheckFailed
from pipeline.layout import Layout
from pipeline.limits import DEFAULT_LIMITS, Limits
from pipeline.parquet import join_parts, write_table
from pipeline.plan import Chunk
from pipeline.publish import FileCounts, publish, staging, write_manifest
from pipeline.queries import in_order
from pipeline.recipe import RELATED, TABLES, ChunkWorker, PlannedFile, part_path, plan
from pipeline.summary import Finding, Summary
from pipeline.warehouse import Warehouse, warehouse
from pipeline.workers import Team, team

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told of (stage, done, total); stages are read, tables, marts, checks, publish."""

BY_SOURCE_PATH = ("files", "rejects")
"""Tables keyed by source path; chunks follow ids, so these are sorted once more."""

_CHUNKS_WORTH_A_POOL = 8
_CHUNKS_RESOLVED_AT_ONCE = 64


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def build(
    raw: Path,
    out: Path,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Summary:
    """Build every table and mart of the archive `raw` into `out`.

    `workers` is the number of processes and threads (default: all cores); the result does not
    depend on it. Errors: `UsageError` where `raw` is no folder; `CheckFailed` where a *stop* check
    finds rows. Whatever fails, the published build stays as it was.
    """
    started = time.monotonic()
    threads = workers or os.cpu_count() or 1
    layout = Layout(out)
    chunks = plan(raw)
    with staging(layout) as staged:
        run = _Run(chunks, layout, staged, threads, progress or _silent)
        bytes_read, counts, rows, findings = run.make(limits)
        run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        write_manifest(staged, run_id, counts, rows)
        publish(staged, layout)
    return Summary(
        run_id=run_id,
        out=out,
        seconds=time.monotonic() - started,
        bytes_read=bytes_read,
        discovered=counts.discovered,
        loaded=counts.loaded,
        skipped=counts.skipped,
        rejected=counts.rejected,
        warnings=counts.warnings,
        rows=rows,
        findings=tuple(findings),
    )


class _Run:
    """One build in the making; each method is one stage."""

    def __init__(
        self,
        chunks: list[Chunk[PlannedFile]],
        layout: Layout,
        staged: Layout,
        threads: int,
        progress: Progress,
    ) -> None:
        self._chunks = chunks
        self._staged = staged
        self._scratch = layout.staging
        self._parts = layout.staging / "parts"
        self._threads = threads
        self._progress = progress
        self._rows: dict[str, int] = {}

    def make(self, limits: Limits) -> tuple[int, FileCounts, dict[str, int], list[Finding]]:
        """Make the staged build: bytes read, counts of files, rows by relation, check findings."""
        size = self._threads if len(self._chunks) >= _CHUNKS_WORTH_A_POOL else 1
        with (
            team(size, ChunkWorker, self._parts, limits) as workers,
            warehouse(self._staged.database, self._scratch, self._threads) as analytics,
        ):
            bytes_read = self._read(workers)
            self._load_tables(analytics)
            self._finish_related(analytics, workers)
            self._create_relations(analytics)
            findings = self._check(analytics)
            counts = _file_counts(analytics)
        return bytes_read, counts, self._rows, findings

    def _read(self, workers: Team[ChunkWorker]) -> int:
        total = sum(len(chunk.files) for chunk in self._chunks)
        done = bytes_read = 0
        for report in workers.map("make_parts", ((chunk,) for chunk in self._chunks)):
            done += report.files
            bytes_read += report.bytes_read
            self._progress("read", done, total)
        return bytes_read

    def _part_files(self, name: str) -> list[Path]:
        return [part_path(self._parts, chunk.number, name) for chunk in self._chunks]

    def _load_tables(self, analytics: Warehouse) -> None:
        for done, name in enumerate(TABLES):
            self._progress("tables", done, len(TABLES) + 1)
            parts = self._part_files(f"{name}.parquet")
            if name in BY_SOURCE_PATH:
                analytics.load(name, parts, relation(name).key)
                self._export(analytics, name)
            else:
                self._join(analytics, name, parts)

    def _join(self, analytics: Warehouse, name: str, parts: list[Path]) -> None:
        target = self._staged.parquet("tables", name)
        self._rows[name] = join_parts(parts, schema(name), target)
        analytics.load(name, [target])

    def _export(self, analytics: Warehouse, name: str) -> None:
        made = relation(name)
        table = analytics.arrow(made)
        write_table(table, self._staged.parquet(made.kind, name))
        self._rows[name] = table.num_rows

    def _finish_related(self, analytics: Warehouse, workers: Team[ChunkWorker]) -> None:
        self._progress("tables", len(TABLES), len(TABLES) + 1)
        for _ in workers.map("finish_related", self._owners(analytics)):
            pass
        self._join(analytics, RELATED, self._part_files(f"{RELATED}.parquet"))

    def _owners(self, analytics: Warehouse) -> Iterator[tuple[int, pa.Table]]:
        """For each chunk, which of its URLs belong to which article of the archive."""
        step = _CHUNKS_RESOLVED_AT_ONCE
        for start in range(0, len(self._chunks), step):
            numbers = [chunk.number for chunk in self._chunks[start : start + step]]
            urls = [part_path(self._parts, number, "urls.parquet") for number in numbers]
            owners = analytics.resolve(urls)
            for number in numbers:
                yield number, owners.filter(pc.equal(owners["chunk"], number))

    def _create_relations(self, analytics: Warehouse) -> None:
        queries = {name: made.query for name, made in relations().items() if made.query}
        for done, name in enumerate(in_order(queries)):
            self._progress("marts", done, len(queries))
            analytics.create(relation(name))
            self._export(analytics, name)
        analytics.comment()

    def _check(self, analytics: Warehouse) -> list[Finding]:
        self._progress("checks", 0, 1)
        findings = analytics.check()
        stopped = [finding for finding in findings if finding.severity == "stop"]
        if stopped:
            told = "; ".join(f"{each.check}: {each.rows} rows ({each.sample[0]})" for each in stopped)
            raise CheckFailed(f"nothing was published, because checks found rows: {told}")
        return findings


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
