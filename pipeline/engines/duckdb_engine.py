"""The engine of one machine: DuckDB, with the database of the build as its catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core.catalog import Relation
from pipeline.core.duckdb_paths import harmless_folder, quoted, writable_database
from pipeline.engines.dependencies import Graph
from pipeline.engines.engine import (
    Cached,
    Check,
    Load,
    Materialize,
    ParsedRows,
    Result,
    Task,
)
from pipeline.engines.scheduler import Job, run_jobs
from pipeline.engines.session import DATABASE, Session, Settings

STORAGE_VERSION = "v1.2.0"
"""Readable by DuckDB 1.2 and everything later."""

MEMORY_LIMIT = "1GB"
"""What DuckDB may hold; beyond it, sorts and aggregates go to disk."""

_SLOW_COMPRESSION = "fsst,zstd"
"""Kinds of compression whose trial alone takes a third of the time to load and write a table."""

_NEVER = "1TB"


class DuckDBEngine:
    """Makes the relations of one build in one database file; see `Engine`."""

    def __init__(self, sessions: list[Session]) -> None:
        self._sessions = sessions
        self._parsed: dict[str, ParsedRows] = {}
        self._made: list[Relation] = []

    def register(self, table: str, rows: ParsedRows) -> None:
        """Let the SELECT of a tidy table read its parsed rows."""
        self._parsed[table] = rows

    def run(
        self,
        reads: Graph,
        begin: Callable[[str], Task | Cached],
        end: Callable[[str, Result], None],
    ) -> None:
        """Do a task for every name, several at a time; see `Engine.run`."""

        def begin_job(name: str) -> Job | Cached:
            task = begin(name)
            return task if isinstance(task, Cached) else partial(self._do, task)

        run_jobs(self._sessions, reads, begin_job, end)

    def _do(self, task: Task, session: Session) -> Result:
        match task:
            case Check(name, query):
                return session.check(name, query)
            case Load(relation, file):
                session.load(relation, file)
                result = None
            case Materialize(relation, target):
                session.create(relation, self._parsed.get(relation.name))
                result = session.write(relation, target)
        self._made.append(relation)
        return result

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a SELECT, each a mapping by column."""
        return self._sessions[0].rows(query)

    def finish(self, run_id: str) -> None:
        """Write comments and the run id into the database."""
        # There are hundreds of statements, and nothing in them to optimise.
        statements = ["PRAGMA disable_optimizer", "BEGIN"]
        for relation in sorted(self._made, key=lambda made: made.name):
            statements += _comments(relation)
        statements += [
            "COMMIT",
            "PRAGMA enable_optimizer",
            f"CREATE OR REPLACE MACRO run_id() AS {quoted(run_id)}",
        ]
        self._sessions[0].execute("; ".join(statements))


def _comments(relation: Relation) -> Iterator[str]:
    text = quoted(f"{relation.description} One row: {relation.grain}.")
    yield f"COMMENT ON TABLE {relation.name} IS {text}"
    for column in relation.columns:
        yield f'COMMENT ON COLUMN {relation.name}."{column.name}" IS {quoted(column.comment)}'


@contextmanager
def duckdb_engine(
    database: Path, scratch: Path, threads: int, sessions: int
) -> Iterator[DuckDBEngine]:
    """An engine whose database is written out on success and dropped on any error.

    `scratch` is a folder for what does not fit the memory. It works with up to `threads` threads,
    in at most `sessions` sessions at a time.
    """
    with harmless_folder(scratch) as spill, writable_database(database) as path:
        first = Session(_connect(path, spill, threads), Settings(threads, MEMORY_LIMIT))
        opened = [first]
        try:
            opened += [first.another() for _ in range(1, min(threads, sessions))]
            yield DuckDBEngine(opened)
            first.execute(f"CHECKPOINT {DATABASE}")
            first.execute("USE memory")
            first.execute(f"DETACH {DATABASE}")
        finally:
            for session in reversed(opened):
                session.close()


def _connect(database: Path, scratch: Path, threads: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        config={
            "threads": threads,
            "temp_directory": str(scratch),
            "memory_limit": MEMORY_LIMIT,
            "preserve_insertion_order": True,
        }
    )
    connection.execute(f"SET wal_autocheckpoint = '{_NEVER}'")
    connection.execute(f"SET disabled_compression_methods = '{_SLOW_COMPRESSION}'")
    connection.execute(
        f"ATTACH {quoted(database)} AS {DATABASE} (STORAGE_VERSION '{STORAGE_VERSION}')"
    )
    return connection
