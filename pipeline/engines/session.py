"""One connection to the database that is being built."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.core.arrow_schema import parsed_schema, schema_of
from pipeline.core.catalog import Relation
from pipeline.core.duckdb_paths import harmless_folder, parquet_scan, quoted
from pipeline.core.errors import DefinitionError
from pipeline.core.fingerprint import seal
from pipeline.core.results import Finding
from pipeline.engines.checks import run_check
from pipeline.engines.engine import ParsedRows, Written
from pipeline.engines.parquet_file import copy_options

DATABASE = "analytics"
"""The catalog with the tables and marts."""

LARGE_MEMORY_LIMIT = "4GB"
"""What DuckDB may hold for a single result that cannot be made within less."""


class Settings:
    """What all sessions of a database share: threads, and the memory that DuckDB may hold."""

    def __init__(self, threads: int, memory_limit: str) -> None:
        self.threads = threads
        self.threads_used = threads
        self.memory_limit = memory_limit


class Session:
    """Makes relations, writes them and runs checks, one statement after the other."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
        self._connection = connection
        self._settings = settings
        self.execute("SET TimeZone = 'UTC'")
        self.execute(f"USE {DATABASE}")

    def execute(self, statement: str) -> None:
        """Run a statement whose result nobody reads."""
        self._connection.execute(statement)

    def another(self) -> Session:
        """A second session on the same database."""
        return Session(self._connection.cursor(), self._settings)

    def leave_threads_to(self, others: int) -> None:
        """Let DuckDB use all threads but those in which so many other sessions work.

        With fewer threads than before this waits until those that work have ended their task.
        """
        threads = max(1, self._settings.threads - others)
        if threads != self._settings.threads_used:
            self.execute(f"SET threads = {threads}")
            self._settings.threads_used = threads

    def interrupt(self) -> None:
        """Have the statement that runs in another thread end with an error."""
        self._connection.interrupt()

    @contextmanager
    def more_memory(self) -> Iterator[None]:
        """Let DuckDB hold more within the block: some hash tables cannot go to disk. No other
        session works meanwhile."""
        self.execute(f"SET memory_limit = '{LARGE_MEMORY_LIMIT}'")
        try:
            yield
        finally:
            self.execute(f"SET memory_limit = '{self._settings.memory_limit}'")

    def create(self, relation: Relation, parsed: ParsedRows | None) -> None:
        """Make a relation from its SELECT, or from parsed rows in the order of its key.

        Errors: `DefinitionError` where its columns are not those of the definition.
        """
        with ExitStack() as scans:
            if parsed is not None:
                self._show_parsed(relation, parsed, scans)
            self._create(relation)
        self._compare_columns(relation)

    def _create(self, relation: Relation) -> None:
        columns = ", ".join(relation.column_names)
        query = relation.query or (
            f"SELECT {columns} FROM parsed_{relation.name} ORDER BY {', '.join(relation.key)}"
        )
        self.execute(f"CREATE OR REPLACE TABLE {relation.name} AS {query}")

    def _compare_columns(self, relation: Relation) -> None:
        table = self._connection.table(relation.name)
        made = list(zip(table.columns, map(str, table.types), strict=True))
        wanted = [(column.name, column.type) for column in relation.columns]
        if made != wanted:
            raise DefinitionError(
                f"{relation.name}: the query gives {made}, the definition says {wanted}"
            )

    def _show_parsed(self, relation: Relation, parsed: ParsedRows, scans: ExitStack) -> None:
        """Make the view `parsed_<name>`; it can be read once, as long as `scans` is open."""
        schema = parsed_schema(relation)
        columns = ", ".join(schema.names)
        self._connection.register(f"new_{relation.name}", _batches(parsed.files, schema))
        query = f"SELECT {columns} FROM new_{relation.name}"
        if parsed.former is not None:
            former = parsed.former
            scan = scans.enter_context(parquet_scan([former.file]))
            replaced = pa.table({former.key: former.replaced})
            self._connection.register(f"replaced_{relation.name}", replaced)
            query += (
                f" UNION ALL SELECT {columns} FROM {scan}"
                f" ANTI JOIN replaced_{relation.name} USING ({former.key})"
            )
        self.execute(f"CREATE OR REPLACE TEMP VIEW parsed_{relation.name} AS {query}")

    def load(self, relation: Relation, file: Path) -> None:
        """Make a relation from a Parquet file that holds it."""
        with parquet_scan([file]) as scan:
            self.execute(f"CREATE OR REPLACE TABLE {relation.name} AS FROM {scan}")

    def write(self, relation: Relation, target: Path) -> Written:
        """Write a relation as Parquet, in the order of its rows, sealed with its content's digest.

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
                f"COPY (SELECT {columns} FROM {relation.name}) TO {quoted(folder / target.name)}"
                f" ({copy_options(schema_of(relation))})"
            ).fetchone()
        return Written(int(counted[0]) if counted else 0, seal(target))

    def check(self, name: str, query: str) -> Finding | None:
        """Run one check; None where it finds no row."""
        return run_check(self._connection, name, query)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a SELECT, each a mapping by column."""
        found = self._connection.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


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
