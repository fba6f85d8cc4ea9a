"""The engine of one machine: DuckDB, with the database of the build as its catalog."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from pipeline.core.arrow_schema import parsed_schema, schema_of
from pipeline.core.catalog import Relation
from pipeline.core.duckdb_paths import harmless_folder, parquet_scan, quoted, writable_database
from pipeline.core.errors import DefinitionError
from pipeline.core.fingerprint import SEAL, UNSEALED, seal
from pipeline.core.results import Finding
from pipeline.engines.checks import run_check
from pipeline.engines.engine import ParsedRows, Written

DATABASE = "analytics"
"""The catalog with the tables and marts."""

STORAGE_VERSION = "v1.2.0"
"""Readable by DuckDB 1.2 and everything later."""

MEMORY_LIMIT = "600MB"
"""What DuckDB may hold; beyond it, sorts and aggregates go to disk."""

LARGE_MEMORY_LIMIT = "4GB"
"""What DuckDB may hold for a single result that cannot be made within less."""

SMALL_MEMORY_LIMIT = "200MB"
"""What DuckDB may hold while results are handed out: who asks for them needs memory, too."""

_ROWS_OF_A_FILE = 50_000
"""About as many rows as an Arrow file holds."""

GROUP_ROWS = 122_880
"""Most rows of a row group: as many as one of DuckDB's own has."""

_SLOW_COMPRESSION = "fsst,zstd"
"""Kinds of compression whose trial alone takes a third of the time to load and write a table."""

_NEVER = "1TB"
_INTERRUPT_SECONDS = 0.05

T = TypeVar("T")


class DuckDBEngine:
    """Makes the relations of one build in one database file; see `Engine`.

    Statements run in a thread of their own: DuckDB does not let the one that waits for it hear
    of a signal.
    """

    _kind = "TABLE"

    def __init__(self, connection: duckdb.DuckDBPyConnection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._thread = thread
        self._memory = ""
        self._made: list[Relation] = []

    def make(self, relation: Relation, parsed: ParsedRows | None, target: Path) -> Written:
        """Make a relation and write it as Parquet, with its content's digest in it. Errors:
        `DefinitionError` where its columns are not those of the definition; `duckdb.Error`."""
        written = self._run(lambda: self._make(relation, parsed, target))
        self._made.append(relation)
        return written

    def load(self, relation: Relation, files: Sequence[Path]) -> None:
        """Make a relation from the Parquet files that hold it."""
        with parquet_scan(files) as scan:
            statement = f"CREATE OR REPLACE TABLE {relation.name} AS FROM {scan}"
            self._run(lambda: self._connection.execute(statement))
        self._made.append(relation)

    def check(self, name: str, query: str) -> Finding | None:
        """Run one check; None where it finds no row."""
        return self._run(lambda: run_check(self._connection, name, query))

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a SELECT, each a mapping by column."""

        def fetch() -> list[dict[str, Any]]:
            found = self._connection.execute(query)
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

        return self._run(fetch, SMALL_MEMORY_LIMIT)

    def table(self, query: str) -> pa.Table:
        """The rows of a SELECT as an Arrow table."""
        return self._run(lambda: self._connection.sql(query).to_arrow_table(), SMALL_MEMORY_LIMIT)

    def finish(self, run_id: str) -> None:
        """Write comments and the run id into the database."""
        # There are hundreds of statements, and nothing in them to optimise.
        statements = ["PRAGMA disable_optimizer", "BEGIN"]
        for relation in sorted(self._made, key=lambda made: made.name):
            statements += _comments(relation, self._kind)
        statements += [
            "COMMIT",
            "PRAGMA enable_optimizer",
            f"CREATE OR REPLACE MACRO run_id() AS {quoted(run_id)}",
        ]
        self._connection.execute("; ".join(statements))

    def _run(self, work: Callable[[], T], memory: str = "") -> T:
        """Do work with the connection; once more, with more memory, where that runs out.

        Some hash tables cannot go to disk.
        """
        try:
            self._limit(memory or MEMORY_LIMIT)
            return self._wait(work)
        except duckdb.OutOfMemoryException:
            self._limit(LARGE_MEMORY_LIMIT)
            return self._wait(work)

    def _limit(self, memory: str) -> None:
        """Let DuckDB hold so much; to say so takes as long as a small SELECT."""
        if memory != self._memory:
            self._connection.execute(f"SET memory_limit = '{memory}'")
            self._memory = memory

    def _wait(self, work: Callable[[], T]) -> T:
        """Do work in the thread; an interrupt of this one ends it, between statements, too."""
        future = self._thread.submit(work)
        try:
            return future.result()
        finally:
            while not future.done():
                self._connection.interrupt()
                wait([future], timeout=_INTERRUPT_SECONDS)

    def _make(self, relation: Relation, parsed: ParsedRows | None, target: Path) -> Written:
        """Make the table, compare it with its definition, and write the file."""
        query = relation.query or (
            f"SELECT {', '.join(relation.column_names)} FROM parsed_{relation.name}"
            f" ORDER BY {', '.join(relation.key)}"
        )
        *first, (_, query) = relation.steps or [(relation.name, query)]
        with ExitStack() as stack:
            if parsed is not None:
                self._show_parsed(relation, parsed, stack)
            for name, step in first:
                self._connection.execute(f"CREATE TEMP TABLE {name} AS {step}")
                stack.callback(self._connection.execute, f"DROP TABLE {name}")
            self._connection.execute(f"CREATE OR REPLACE TABLE {relation.name} AS {query}")
        self._compare_columns(relation, relation.name)
        return self._write(relation, relation.name, target)

    def _show_parsed(self, relation: Relation, parsed: ParsedRows, scans: ExitStack) -> None:
        """Make the view `parsed_<name>`; it can be read once, as long as `scans` is open."""
        schema = parsed_schema(relation)
        columns = ", ".join(schema.names)
        self._connection.register(f"new_{relation.name}", _batches(parsed.files, schema))
        query = f"SELECT {columns} FROM new_{relation.name}"
        if parsed.former is not None:
            former = parsed.former
            scan = scans.enter_context(parquet_scan(former.files))
            replaced = pa.table({former.key: former.replaced})
            self._connection.register(f"replaced_{relation.name}", replaced)
            query += (
                f" UNION ALL SELECT {columns} FROM {scan}"
                f" ANTI JOIN replaced_{relation.name} USING ({former.key})"
            )
        query += f" UNION ALL {_no_rows(schema, len(parsed.files))}"
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW parsed_{relation.name} AS {query}")

    def _compare_columns(self, relation: Relation, rows: str) -> None:
        """Errors: `DefinitionError` where the rows of a relation have other columns than they
        should."""
        table = self._connection.sql(f"FROM {rows}")
        made = list(zip(table.columns, map(str, table.types), strict=True))
        wanted = [(column.name, column.type) for column in relation.columns]
        if made != wanted:
            raise DefinitionError(
                f"{relation.name}: the query gives {made}, the definition says {wanted}"
            )

    def _write(self, relation: Relation, rows: str, target: Path) -> Written:
        """Write the rows of a relation in their order, and seal the file.

        A column that may be NULL is written as such, whether or not a NULL is in it.
        """
        columns = ", ".join(
            f"CASE WHEN {each.name} IS NOT NULL THEN {each.name} END AS {each.name}"
            if each.nullable
            else each.name
            for each in relation.columns
        )
        with harmless_folder(target.parent) as folder:
            counted = self._connection.execute(
                f"COPY (SELECT {columns} FROM {rows}) TO {quoted(folder / target.name)}"
                f" ({copy_options(schema_of(relation))})"
            ).fetchone()
        return Written(int(counted[0]) if counted else 0, {target: seal(target)})


def copy_options(schema: pa.Schema) -> str:
    """How a COPY statement writes rows of this schema: zstd, V1 pages, what each column means, and
    an open seal, which `fingerprint.seal` fills afterwards."""
    metadata = {
        b"ARROW:schema": base64.b64encode(schema.serialize().to_pybytes()),
        SEAL: UNSEALED,
        **(schema.metadata or {}),
    }
    pairs = (f"{quoted(key.decode())}: {quoted(value.decode())}" for key, value in metadata.items())
    return (
        f"FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v1, ROW_GROUP_SIZE {GROUP_ROWS},"
        f" KV_METADATA {{{', '.join(pairs)}}}"
    )


def _no_rows(schema: pa.Schema, files: int) -> str:
    """A SELECT without rows, of which DuckDB expects as many as there may be in Arrow files.

    Of a stream it expects a single row: a join would hold all of it in memory as the smaller side.
    """
    columns = ", ".join(f"NULL AS {name}" for name in schema.names)
    return (
        f"SELECT {columns} FROM range({files * _ROWS_OF_A_FILE}) AS none(number) WHERE number < 0"
    )


def _batches(files: Sequence[Path], schema: pa.Schema) -> pa.RecordBatchReader:
    """The rows of Arrow files, one after the other; dictionaries are kept as such."""
    if files:
        with pa.memory_map(os.fsencode(files[0])) as source:
            first = pa.ipc.open_file(source).schema
        schema = pa.schema([first.field(name).remove_metadata() for name in schema.names])

    def read() -> Iterator[pa.RecordBatch]:
        for file in files:
            with pa.memory_map(os.fsencode(file)) as source:
                table = pa.ipc.open_file(source).read_all()
            yield from table.select(schema.names).cast(schema).to_batches()

    return pa.RecordBatchReader.from_batches(schema, read())


def _comments(relation: Relation, kind: str) -> Iterator[str]:
    text = quoted(f"{relation.description} One row: {relation.grain}.")
    yield f"COMMENT ON {kind} {relation.name} IS {text}"
    for column in relation.columns:
        yield f'COMMENT ON COLUMN {relation.name}."{column.name}" IS {quoted(column.comment)}'


@contextmanager
def duckdb_engine(database: Path, scratch: Path, threads: int) -> Iterator[DuckDBEngine]:
    """An engine whose database is written out on success and dropped on any error.

    `scratch` is a folder for what does not fit the memory; it works with up to `threads` threads.
    """
    with opened(database, scratch, threads) as (connection, thread):
        yield DuckDBEngine(connection, thread)


@contextmanager
def opened(
    database: Path, scratch: Path, threads: int
) -> Iterator[tuple[duckdb.DuckDBPyConnection, ThreadPoolExecutor]]:
    """What an engine works with, as `duckdb_engine` says: a connection, and a thread to use it."""
    with (
        harmless_folder(scratch) as spill,
        writable_database(database) as path,
        _connect(path, spill, threads) as connection,
        ThreadPoolExecutor(1) as thread,
    ):
        yield connection, thread
        connection.execute(f"CHECKPOINT {DATABASE}")
        connection.execute("USE memory")
        connection.execute(f"DETACH {DATABASE}")


def _connect(database: Path, scratch: Path, threads: int) -> duckdb.DuckDBPyConnection:
    """A connection in UTC whose catalog is the database."""
    connection = duckdb.connect(
        config={
            "threads": threads,
            "temp_directory": str(scratch),
            "preserve_insertion_order": True,
        }
    )
    for statement in (
        f"SET wal_autocheckpoint = '{_NEVER}'",
        f"SET disabled_compression_methods = '{_SLOW_COMPRESSION}'",
        f"ATTACH {quoted(database)} AS {DATABASE} (STORAGE_VERSION '{STORAGE_VERSION}')",
        "SET TimeZone = 'UTC'",
        f"USE {DATABASE}",
    ):
        connection.execute(statement)
    return connection
