"""The DuckDB side: load tables, run the SELECTs of `sql/`, check, and hand out the results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.arrow import schema_of
from pipeline.definitions import Relation, sql_folder
from pipeline.errors import DefinitionError
from pipeline.parquet import GROUP_ROWS
from pipeline.run_mark import mark
from pipeline.summary import Finding

STORAGE_VERSION = "v1.2.0"
"""Readable by DuckDB 1.2 and everything later."""

MEMORY_LIMIT = "1GB"
"""What DuckDB may hold; beyond it, sorts and aggregates go to disk."""

SMALL_MEMORY_LIMIT = "300MB"
"""What it may hold beside workers that need memory, too."""

LARGE_MEMORY_LIMIT = "4GB"
"""What it may hold for a single result that cannot be made within less."""

_SLOW_COMPRESSION = "fsst,zstd"
"""Kinds of compression whose trial alone takes a third of the time to load and write a table."""

_OWNERS = (
    "SELECT canonical_url, article_id FROM ("
    "SELECT canonical_url, article_id, row_number() OVER ("
    "PARTITION BY canonical_url ORDER BY published_at, article_id) AS place"
    " FROM articles) WHERE place = 1"
)
_CATALOG = "analytics"
_NEVER = "1TB"
_SAMPLE_ROWS = 5


def quoted(text: str | Path) -> str:
    """Text as an SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def _parquet(files: Iterable[Path]) -> str:
    return f"read_parquet([{', '.join(quoted(file) for file in files)}])"


class _Limits:
    """What all connections to a database share: threads, and memory that DuckDB may hold."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.threads_used = threads
        self.memory = MEMORY_LIMIT


class Warehouse:
    """A connection to the analytics database being built; `limits` are shared by all of them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, limits: _Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._run("SET TimeZone = 'UTC'")
        self._run(f"USE {_CATALOG}")

    def _run(self, statement: str) -> None:
        self._connection.execute(statement)

    @contextmanager
    def lanes(self, most: int) -> Iterator[list[Warehouse]]:
        """This warehouse and others on the same database, which work at the same time: as many as
        there are threads, and `most`."""
        cursors = range(1, min(most, self._limits.threads))
        lanes = [self, *(Warehouse(self._connection.cursor(), self._limits) for _ in cursors)]
        try:
            yield lanes
        finally:
            for lane in lanes[1:]:
                lane.abandon()

    def use_threads_beside(self, lanes: int) -> None:
        """Let DuckDB use all threads but those in which so many other lanes work; for every lane.

        With fewer threads than before this waits until those that work have ended their task.
        """
        threads = max(1, self._limits.threads - lanes)
        if threads != self._limits.threads_used:
            self._run(f"SET threads = {threads}")
            self._limits.threads_used = threads

    def interrupt(self) -> None:
        """Have the statement that runs in another thread end with an error."""
        self._connection.interrupt()

    def limit_memory(self, limit: str) -> None:
        """Let DuckDB hold so much from here on."""
        self._limits.memory = limit
        self._run(f"SET memory_limit = '{limit}'")

    def _make(self, name: str, query: str, kind: str = "TABLE") -> None:
        """Make a table or mart from a query."""
        self._run(f"CREATE OR REPLACE {kind} {name} AS {query}")

    @contextmanager
    def more_memory(self) -> Iterator[None]:
        """Let DuckDB hold more within the block: some hash tables cannot go to disk. No other lane
        works meanwhile."""
        self._run(f"SET memory_limit = '{LARGE_MEMORY_LIMIT}'")
        try:
            yield
        finally:
            self._run(f"SET memory_limit = '{self._limits.memory}'")

    def load(self, name: str, files: Iterable[Path], order_by: Iterable[str] = ()) -> None:
        """Make the table `name` from Parquet files, in their order or sorted."""
        ordering = f" ORDER BY {', '.join(order_by)}" if order_by else ""
        self._make(name, f"FROM {_parquet(files)}{ordering}")

    def patch(
        self, name: str, column: str, gone: Iterable[tuple[str, str]], files: Iterable[Path]
    ) -> None:
        """Replace rows of a table: those whose `column` lies between a pair go, those of Parquet
        files come."""
        for first, last in gone:
            self._run(
                f"DELETE FROM {name} WHERE {column} BETWEEN {quoted(first)} AND {quoted(last)}"
            )
        added = list(files)
        if added:
            self._run(f"INSERT INTO {name} FROM {_parquet(added)}")

    def create(self, relation: Relation) -> None:
        """Make a relation from its SELECT.

        Errors: `DefinitionError` where its columns are not those of the definition.
        """
        self._make(relation.name, relation.query or "")
        table = self._connection.table(relation.name)
        made = list(zip(table.columns, map(str, table.types), strict=True))
        wanted = [(column.name, column.type) for column in relation.columns]
        if made != wanted:
            raise DefinitionError(
                f"{relation.name}: the query gives {made}, the definition says {wanted}"
            )

    def ordered(self, relation: Relation) -> pa.RecordBatchReader:
        """The rows of a relation in the order of its key, as its schema says; to be read before
        anything else is asked for."""
        rows = self._connection.sql(
            f"SELECT {', '.join(relation.column_names)} FROM {relation.name}"
            f" ORDER BY {', '.join(relation.key)}"
        )
        return rows.to_arrow_reader(GROUP_ROWS).cast(schema_of(relation))

    def tell_owners(self) -> None:
        """Find the article that owns each URL: of several the earliest published, then that of the
        lowest id."""
        try:
            self._make("url_owner", _OWNERS, "TEMP TABLE")
        except duckdb.OutOfMemoryException:
            with self.more_memory():
                self._make("url_owner", _OWNERS, "TEMP TABLE")

    def resolve(self, parts: list[Path]) -> pa.Table:
        """Which article owns each URL listed in `parts` (columns place, canonical_url), as
        `tell_owners` found it. Gives chunk (the place of its part in the list), place, article_id.
        """
        found = self._connection.sql(
            f"SELECT file_index AS chunk, place, article_id FROM {_parquet(parts)}"
            " JOIN url_owner USING (canonical_url) ORDER BY chunk, place"
        )
        return found.to_arrow_table()

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a SELECT, each a mapping by column; for results that are small."""
        found = self._connection.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def count(self, query: str) -> int:
        """The single number a query gives."""
        row = self._connection.execute(query).fetchone()
        return int(row[0]) if row else 0

    def counts(self, query: str) -> dict[str, int]:
        """A query of two columns, a text and a number, as a mapping."""
        return {
            str(name): int(number) for name, number in self._connection.execute(query).fetchall()
        }

    def comment(self, made: Iterable[Relation]) -> None:
        """Write the meaning of relations and their columns into the database."""
        # There are hundreds of statements, and nothing in them to optimise.
        statements = ["PRAGMA disable_optimizer", "BEGIN"]
        for relation in made:
            text = quoted(f"{relation.description} One row: {relation.grain}.")
            statements.append(f"COMMENT ON TABLE {relation.name} IS {text}")
            statements += [
                f'COMMENT ON COLUMN {relation.name}."{column.name}" IS {quoted(column.comment)}'
                for column in relation.columns
            ]
        self._run("; ".join([*statements, "COMMIT", "PRAGMA enable_optimizer"]))

    def check(self, name: str, query: str) -> Finding | None:
        """Run one check; None where it finds no row."""
        return run_check(self._connection, name, query)

    def mark(self, run_id: str) -> None:
        """Write into the database which run made it."""
        self._run(mark(run_id))

    def close(self) -> None:
        """Write the database file out and let go of it."""
        self._run(f"CHECKPOINT {_CATALOG}")
        self._run("USE memory")
        self._run(f"DETACH {_CATALOG}")
        self._connection.close()

    def abandon(self) -> None:
        """Let go of the database without finishing it."""
        self._connection.close()


def _opened(path: Path, scratch: Path, threads: int) -> Warehouse:
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
    version = f"STORAGE_VERSION '{STORAGE_VERSION}'"
    connection.execute(f"ATTACH {quoted(path)} AS {_CATALOG} ({version})")
    return Warehouse(connection, _Limits(threads))


@contextmanager
def warehouse(path: Path, scratch: Path, threads: int) -> Iterator[Warehouse]:
    """A warehouse that is finished on success and let go of on any error."""
    building = _opened(path, scratch, threads)
    try:
        yield building
    except BaseException:
        building.abandon()
        raise
    building.close()


def checks() -> dict[str, str]:
    """The checks by name (`stop_…` or `warn_…`); each selects the rows that offend."""
    files = sorted((sql_folder() / "checks").glob("*.sql"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def run_check(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> Finding | None:
    """Run one check on a connection; None where it finds no row."""
    rows = connection.execute(query).fetchall()
    if not rows:
        return None
    severity, _, rule = name.partition("_")
    sample = tuple(", ".join(map(str, row)) for row in rows[:_SAMPLE_ROWS])
    return Finding(rule, severity, len(rows), sample)


def check(database: Path) -> list[Finding]:
    """Run every check on a finished database, read only; gives those that found rows."""
    connection = duckdb.connect(str(database), read_only=True)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        found = (run_check(connection, name, query) for name, query in checks().items())
        return [finding for finding in found if finding]
    finally:
        connection.close()
