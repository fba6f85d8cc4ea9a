"""Makes a build, and only what has changed of it: tables → marts → checks, all staged.

Every result is remembered with a digest of what it was made from: a table of its parts, a
mart or check of its SQL and of the columns it reads. Equal digest, equal bytes: it is taken over
from the published build.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import TypeAlias

from pipeline.arrow import schema
from pipeline.chunk_store import ChunkParts, ChunkStore, digest_of
from pipeline.chunking import Progress
from pipeline.code_version import combined
from pipeline.columns_read import columns_read
from pipeline.definitions import Relation, relation, relations
from pipeline.errors import CheckFailed
from pipeline.lanes import Job, Known, side_by_side
from pipeline.layout import Layout
from pipeline.parquet import Part, Written, join_parts, write_rows
from pipeline.parts import Parts, owner_table
from pipeline.queries import Graph, graph
from pipeline.recipe import RELATED, TABLES, ChunkWorker
from pipeline.report.page import queries, render
from pipeline.state import KeptChunk, State
from pipeline.summary import Finding
from pipeline.warehouse import Warehouse, checks
from pipeline.workers import Team

BY_SOURCE_PATH = ("files", "rejects")
"""Tables keyed by source path; chunks follow ids, so these are sorted once more."""

ID_COLUMNS = {"pages": "page_id", "page_paragraphs": "page_id"}
"""The column whose values lie between the first and last id of a chunk; else article_id."""

ToDo: TypeAlias = "Job[Written | None] | Known[Written | None]"
"""What is to be written; known and nothing where it is taken over from the published build."""

_LATE = (RELATED, "images")
"""The table whose parts need the whole archive, and one as large to be loaded beside it."""

_READS_NOTHING = "select 1"
_PATCHED_SHARE = 4  # a table of which more than a fourth of the chunks changed is loaded anew


class Rebuild:
    """One build in the making: `new` is what the next run will know, `old` what this one does.

    Where there is an `old`, the results of the build published in `layout` may be taken over, and
    the warehouse already holds its tables.
    """

    def __init__(
        self,
        chunks: list[ChunkParts],
        store: ChunkStore,
        staged: Layout,
        new: State,
        old: State | None,
        layout: Layout,
    ) -> None:
        self._chunks = chunks
        self._store = store
        self._staged = staged
        self._new = new
        self._old = old
        self._layout = layout
        self._before = self._chunks_before()
        self._parts = Parts(store, chunks)
        self.rows: dict[str, int] = new.rows
        self._reasons: dict[str, str] = {}
        self._made: list[Relation] = []

    def _chunks_before(self) -> dict[str, ChunkParts]:
        kept = self._old.chunks if self._old else []
        found = {chunk.key: self._store.about(chunk.key) for chunk in kept}
        if not all(found.values()):
            self._old = None
            return {}
        return {key: parts for key, parts in found.items() if parts}

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why tables and marts were made anew, where a former run was known."""
        told = (name for name in self.rows if name in self._reasons)
        return tuple(f"{name}: {self._reasons[name]}" for name in told)

    def make_tables(self, lanes: list[Warehouse], progress: Progress) -> None:
        """Make the tables whose parts need nothing but their own chunk, but for the largest."""
        queries = [name for name, made in relations().items() if made.query]
        # Rows are shown in this order.
        self.rows.update(dict.fromkeys((*TABLES, RELATED, *queries), 0))
        largest_first = sorted(TABLES, key=lambda name: len(relation(name).columns), reverse=True)
        reads: Graph = {name: frozenset() for name in largest_first if name not in _LATE}
        self._make("tables", lanes, reads, self._begin_table, progress)

    def make_parts(self, analytics: Warehouse, workers: Team[ChunkWorker]) -> None:
        """Make the parts of chunks that need the whole archive: the owners of all its URLs."""
        self._new.owner_table = owner_table(self._chunks)
        if self._old and self._old.owner_table == self._new.owner_table:
            self._parts.take_over(self._old.chunks)
        self._parts.make(analytics, workers)
        self._new.chunks = [
            KeptChunk(chunk.key, self._parts.owners[chunk.key]) for chunk in self._chunks
        ]

    def _make(
        self,
        stage: str,
        lanes: list[Warehouse],
        reads: Graph,
        begin: Callable[[str], ToDo],
        progress: Progress,
    ) -> None:
        done = count()
        progress(stage, next(done), len(reads))

        def end(name: str, written: Written | None) -> None:
            self._end(name, written)
            progress(stage, next(done), len(reads))

        side_by_side(lanes, reads, begin, end)

    def _end(self, name: str, written: Written | None) -> None:
        """Remember what was written, unless it was taken over."""
        if written:
            self.rows[name] = written.rows
            self._made.append(relation(name))
            self._remember(relation(name), written.sha256)

    def _begin_table(self, name: str) -> ToDo:
        parts = [self._parts.part(chunk, name) for chunk in self._chunks]
        self.rows[name] = sum(part.rows for part in parts)
        self._note_contents(name, parts)
        made_from = combined(*(part.sha256 for part in parts))
        self._new.made_from[name] = made_from
        if self._old and self._old.made_from.get(name) == made_from:
            self._take_over(relation(name))
            return Known(None)
        self._tell(name, "its files changed")
        return partial(self._write_table, name)

    def _write_table(self, name: str, analytics: Warehouse) -> Written:
        parts = [self._parts.part(chunk, name) for chunk in self._chunks]
        target = self._staged.parquet("tables", name)
        paths = [self._parts.path(chunk, name) for chunk in self._chunks]
        if name in BY_SOURCE_PATH:
            analytics.load(name, paths, relation(name).key)
            return write_rows(analytics.ordered(relation(name)), target)
        digest = join_parts(zip(paths, parts, strict=True), schema(name), target)
        self._load(analytics, name, target)
        return Written(sum(part.rows for part in parts), digest)

    def _note_contents(self, name: str, parts: list[Part]) -> None:
        for column in relation(name).column_names:
            digests = [part.columns.get(column, "") for part in parts]
            self._new.contents[f"{name}.{column}"] = combined(*digests)

    def _load(self, analytics: Warehouse, name: str, target: Path) -> None:
        """Bring a joined table into the warehouse: its changed chunks, or all of it."""
        now = {self._identity(chunk, name): chunk for chunk in self._chunks}
        owners = {chunk.key: chunk.owners for chunk in self._old.chunks} if self._old else {}
        before = {
            self._identity(chunk, name, owners[key]): chunk for key, chunk in self._before.items()
        }
        gone = [before[identity] for identity in before.keys() - now.keys()]
        come = [now[identity] for identity in now.keys() - before.keys()]
        if self._old is None or len(come) * _PATCHED_SHARE > len(now):
            analytics.load(name, [target])
            return
        paths = sorted(self._parts.path(chunk, name) for chunk in come)
        bounds = sorted((chunk.first, chunk.last) for chunk in gone)
        analytics.patch(name, ID_COLUMNS.get(name, "article_id"), bounds, paths)

    def _identity(self, chunk: ChunkParts, name: str, owners: str = "") -> tuple[str, ...]:
        """What a chunk contributes to a table."""
        if name == RELATED:
            content = owners or self._parts.owners[chunk.key]
            return (chunk.first, chunk.last, chunk.key, content)
        return (chunk.first, chunk.last, chunk.files[f"{name}.parquet"])

    def _tell(self, name: str, reason: str) -> None:
        if self._old:
            self._reasons[name] = reason

    def _take_over(self, made: Relation) -> None:
        """Take over a result of the published build, which was made from the very same."""
        target = self._staged.parquet(made.kind, made.name)
        _link(self._layout.parquet(made.kind, made.name), target)
        if self._old:
            self._remember(made, self._old.files[f"{made.kind}/{target.name}"])

    def _remember(self, made: Relation, digest: str) -> None:
        self._new.files[f"{made.kind}/{made.name}.parquet"] = digest
        if made.query:
            self._new.contents[made.name] = digest

    def make_relations(self, lanes: list[Warehouse], progress: Progress) -> None:
        """Make all other tables and marts."""
        queries = {name: made.query for name, made in relations().items() if made.query}
        reads = graph({**dict.fromkeys(_LATE, _READS_NOTHING), **queries})
        self._make("marts", lanes, reads, self._begin_relation, progress)
        lanes[0].comment(sorted(self._made, key=lambda made: made.name))

    def _begin_relation(self, name: str) -> ToDo:
        made = relation(name)
        query = made.query
        if query is None:
            return self._begin_table(name)
        if self._old and self._same_inputs(self._old, name, query):
            self._take_over(made)
            self.rows[name] = self._old.rows[name]
            return Known(None)
        self._tell(name, "its SQL or the columns it reads changed")
        self._new.made_from[name] = combined(query)
        return partial(self._write_relation, made)

    def _write_relation(self, made: Relation, analytics: Warehouse) -> Written:
        analytics.create(made)
        return write_rows(analytics.ordered(made), self._staged.parquet(made.kind, made.name))

    def _same_inputs(self, old: State, name: str, query: str) -> bool:
        """Whether a query, and all that it reads, are what they were in the former run."""
        key = combined(query)
        if old.made_from.get(name) != key:
            return False
        read = old.columns_read.get(key)
        if read is None:
            read = columns_read(name, query)
        self._new.made_from[name] = key
        self._new.columns_read[key] = read
        return all(
            self._new.contents[content] == old.contents.get(content)
            and self.rows[table] == old.rows.get(table)
            for table, columns in read.items()
            for content in _contents(table, columns)
        )

    def check(self, lanes: list[Warehouse], progress: Progress) -> list[Finding]:
        """Run the checks whose inputs changed; gives all that found rows.

        Errors: `CheckFailed` where one of them says *stop*.
        """
        queries = checks()
        found: dict[str, Finding | None] = {}

        def begin(name: str) -> Job[Finding | None] | Known[Finding | None]:
            return self._begin_check(name, queries[name])

        def end(name: str, finding: Finding | None) -> None:
            found[name] = finding
            progress("checks", len(found), len(queries))

        progress("checks", 0, len(queries))
        side_by_side(lanes, {name: frozenset() for name in queries}, begin, end)
        findings = [finding for name in queries if (finding := found[name])]
        self._new.findings = {
            name: finding.plain() if (finding := found[name]) else None for name in queries
        }
        _refuse_stopped(findings)
        return findings

    def make_report(self, analytics: Warehouse, findings: list[Finding]) -> None:
        """Draw the report, unless all it may show is what the published one shows."""
        target = self._staged.report
        shown = [f"{name}\0{digest}" for name, digest in sorted(self._new.files.items())]
        made_from = combined(*queries().values(), *shown, *map(repr, findings))
        self._new.made_from[target.name] = made_from
        if self._old and self._old.made_from.get(target.name) == made_from:
            _link(self._layout.report, target)
        else:
            page = render(analytics.rows, findings, len(checks()))
            target.write_text(page, encoding="utf-8")
        self._new.files[target.name] = digest_of(target) or ""

    def _begin_check(self, name: str, query: str) -> Job[Finding | None] | Known[Finding | None]:
        if self._old and self._same_inputs(self._old, name, query):
            known = self._old.findings[name]
            return Known(None if known is None else Finding.of(known))
        self._new.made_from[name] = combined(query)
        return lambda analytics: analytics.check(name, query)

    def forget_unused(self) -> None:
        """Delete the parts that this build does not use."""
        self._store.forget_others(
            {chunk.key: self._parts.related_name(chunk) for chunk in self._chunks}
        )


def _contents(table: str, columns: list[str]) -> list[str]:
    """The names under which the contents of these columns are remembered."""
    if relation(table).query:
        return [table]
    # A query may count the rows of a table and read none of its columns.
    return [f"{table}.{column}" for column in columns or relation(table).key]


def _refuse_stopped(findings: list[Finding]) -> None:
    stopped = [finding for finding in findings if finding.severity == "stop"]
    if stopped:
        told = "; ".join(f"{each.check}: {each.rows} rows ({each.sample[0]})" for each in stopped)
        raise CheckFailed(f"nothing was published, because checks found rows: {told}")


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)
