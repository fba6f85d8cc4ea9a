"""The database of a published build, opened for reading: whoever reads one does it here.

A build may come from anyone. Its database is attached read-only, nothing in it can reach a file or
the network, and one that holds anything but tables is refused.
"""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core.duckdb_paths import harmless_folder, quoted
from pipeline.core.errors import BuildMissing, UsageError
from pipeline.core.paths import Place

_RUN_ID = """
select macro_definition
from duckdb_functions()
where database_name = 'analytics' and function_name = 'run_id' and parameters = []
"""

_NOT_TABLES = """
select table_name
from system.information_schema.tables
where table_catalog = 'analytics' and table_type <> 'BASE TABLE'
order by table_name
"""

_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "allow_persistent_secrets": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}

_EXPLAIN = re.compile(
    r"^explain(\s+analyze\b)?(\s*\(\s*(analyze|format\s+\w+)(\s*,\s*(analyze|format\s+\w+))*\s*\))?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^(LINE 1: )explain (.*\n) {8}( *\^)", re.MULTILINE)
"""The first line of a query behind the EXPLAIN that was put there, and the caret below it."""
_WRITE = re.compile(rb"(copy|delete|insert|merge|update)\b", re.IGNORECASE)
_ONLY_SELECT = (
    "only SELECT can be run (or FROM, WITH, VALUES, PIVOT, DESCRIBE, SHOW, SUMMARIZE, and EXPLAIN "
    "of these), without anything that changes data, settings or files"
)


def open_database(
    database: Path, *, name: Place | None = None, allow_files: bool = False
) -> duckdb.DuckDBPyConnection:
    """Connect to the database of a build, in UTC; the connection can neither change it nor, unless
    allowed, see any file. `name` stands for the path in messages.

    Python variables are never mistaken for tables, and the settings are locked against queries.
    Errors: `BuildMissing` where the file is no database that newsloom has made.
    """
    connection = _connect(allow_files)
    try:
        _attach(connection, database)
        _close_to_queries(connection, allow_files)
        views = connection.execute(_NOT_TABLES).fetchall()
    except duckdb.Error as error:
        connection.close()
        reason = str(error).replace(str(database), str(name or database))
        raise BuildMissing(f"{name or database} cannot be read: {reason}") from None
    if views:
        connection.close()
        raise BuildMissing(
            f"{name or database} was not made by newsloom: {views[0][0]!r} is a view, which runs "
            "SQL of its own; make a build with `newsloom run`"
        )
    return connection


def open_views(
    files: Mapping[str, Sequence[Path]], *, name: str, allow_files: bool = False
) -> duckdb.DuckDBPyConnection:
    """Connect as `open_database` does, but to a view of the Parquet files of each table or mart.

    The database of a build that has views, too, is not opened: they could be any SQL. Errors:
    `BuildMissing` where the files cannot be read.
    """
    connection = open_empty(chain.from_iterable(files.values()), allow_files=allow_files)
    try:
        for relation, paths in files.items():
            create_view(connection, relation, paths)
    except duckdb.Error as error:
        connection.close()
        raise BuildMissing(f"{name} cannot be read: {error}") from None
    return connection


def create_view(
    connection: duckdb.DuckDBPyConnection, relation: str, files: Iterable[Path]
) -> None:
    """Have a view of the rows of Parquet files. Errors: `duckdb.Error`."""
    view = '"' + relation.replace('"', '""') + '"'
    scan = f"read_parquet([{', '.join(map(quoted, files))}], hive_partitioning = false)"
    connection.execute(f"create view {view} as from {scan}")


def open_empty(files: Iterable[Path], *, allow_files: bool) -> duckdb.DuckDBPyConnection:
    """Connect to an empty database in memory, in UTC, for views over these Parquet files, which
    need not be there as yet. Queries see no other file, unless allowed."""
    connection = _connect(allow_files)
    connection.execute("attach ':memory:' as analytics")
    connection.execute("use analytics")
    connection.execute("set TimeZone = 'UTC'")
    _close_to_queries(connection, allow_files, files)
    return connection


def _connect(allow_files: bool) -> duckdb.DuckDBPyConnection:
    spill = Path(tempfile.gettempdir()) / f"newsloom-{uuid.uuid4().hex}"
    return duckdb.connect(
        config={
            **({} if allow_files else _CLOSED),
            "temp_directory": str(spill),
            "python_enable_replacements": False,
        }
    )


def _close_to_queries(
    connection: duckdb.DuckDBPyConnection, allow_files: bool, files: Iterable[Path] = ()
) -> None:
    """Close files to queries, unless allowed, but for these; and lock the settings."""
    if not allow_files:
        paths = ", ".join(map(quoted, files))
        connection.execute(f"set allowed_paths = [{paths}]")
        connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def _attach(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Make the database, read-only, what a query reads."""
    # Attached, because DuckDB shares a database opened directly, and its settings, within a
    # process; and as what it is, because a file of another kind would have an extension loaded.
    with harmless_folder(database.parent) as folder:
        path = quoted(folder / database.name)
        connection.execute(f"attach {path} as analytics (type duckdb, read_only)")
    connection.execute("use analytics")
    connection.execute("set TimeZone = 'UTC'")


def run_id_of(database: Path) -> str | None:
    """The run that made a database, or None where it names none or cannot be opened.

    What the database defines is read, never run.
    """
    try:
        with open_database(database) as connection:
            found = connection.execute(_RUN_ID).fetchone()
    except (duckdb.Error, BuildMissing):
        return None
    return str(found[0]).strip("'") if found else None


def refuse_unless_single(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Let only one statement pass: of several, DuckDB would give the rows of the last alone.

    Errors: `UsageError`; `duckdb.Error` where the query is wrong.
    """
    try:
        count = len(connection.extract_statements(query))
    except ValueError:  # a kind of statement that has no name in Python
        return
    if count != 1:
        told = f"these are {count}" if count else "there is none"
        raise UsageError(f"give one SELECT at a time; {told}")


def refuse_unless_select(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Any = None
) -> None:
    """Let only statements pass that read and do nothing else; none of them is run.

    The kind of a statement is not enough: a SELECT may hold a COPY, and the file of a database that
    is open is exempt from what closes files to queries. What DuckDB takes as a part of another
    SELECT, however, can only read. Errors: `UsageError`; `duckdb.Error` where the query is wrong.
    """
    try:
        statements = [(each.type.name, each.query) for each in connection.extract_statements(query)]
    except ValueError:  # a kind of statement that has no name in Python
        raise UsageError(_ONLY_SELECT) from None
    for kind, text in statements:
        if kind not in ("SELECT", "EXPLAIN", "MULTI"):  # MULTI: a PIVOT that finds its columns
            raise UsageError(f"{_ONLY_SELECT}; this is {kind.replace('_', ' ')}")
        if kind == "MULTI" and _names_a_write(text):  # a part of it is run to be explained
            raise UsageError(_ONLY_SELECT)
        try:
            connection.execute(f"explain from ({_explained(text)}\n)", parameters or None)
        except duckdb.Error:
            if kind == "SELECT":
                _refuse_wrong(connection, text, parameters)
            raise UsageError(_ONLY_SELECT) from None


def _refuse_wrong(connection: duckdb.DuckDBPyConnection, text: str, parameters: Any) -> None:
    """Raise what is wrong with a SELECT, if anything, as a `duckdb.Error` that quotes it alone."""
    try:
        connection.execute(f"explain {text}", parameters or None)
    except duckdb.Error as error:
        raise type(error)(_QUOTED.sub(r"\1\2\3", str(error))) from None


def _names_a_write(text: str) -> bool:
    """Whether one of the words is there, outside of quotes, that can write within a SELECT."""
    code = text.encode()
    return any(_WRITE.match(code, offset) for offset, _ in duckdb.tokenize(text))


def _explained(text: str) -> str:
    """A statement without EXPLAIN before it, and without semicolons and comments behind it."""
    code = text.encode()
    end = len(code)
    for offset, kind in reversed(duckdb.tokenize(text)):
        if kind != duckdb.token_type.comment and code[offset : offset + 1] != b";":
            break
        end = offset
    return _EXPLAIN.sub("", code[:end].decode(), count=1)
