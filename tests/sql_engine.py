"""A real DuckDB filled from data files: what the tests of the SQL run on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipeline.core.catalog import relations

CASES = Path(__file__).parent / "cases"

Rows = list[dict[str, Any]]


def read_yaml(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


@cache
def references(query: str) -> list[str]:
    """The relations a SELECT reads, its own CTEs left out, in alphabetical order."""
    return sorted(shared_connection().get_table_names(query))


@cache
def origins(name: str) -> frozenset[str]:
    """All that a relation is made of, itself among it."""
    known = relations().get(name)
    read = references(known.query) if known and known.query else []
    return frozenset({name}).union(*map(origins, read))


def create(con: duckdb.DuckDBPyConnection, name: str, rows: Rows) -> None:
    """One table by its definition; a column that a row leaves out is NULL, but for articles
    published_date is the day of published_at, and published_precision is `time`."""
    parsed = name.startswith("parsed_")
    known = relations()[name.removeprefix("parsed_")].columns
    columns = [column for column in known if column.parsed or not parsed]
    unknown = {key for row in rows for key in row} - {column.name for column in columns}
    assert not unknown, f"{name} has no columns {sorted(unknown)}"
    con.execute(f"create table {name} ({', '.join(f'{c.name} {c.type}' for c in columns)})")
    if rows:
        marks = ", ".join(f"({', '.join('?' for _ in columns)})" for _ in rows)
        values = [row.get(column.name) for row in rows for column in columns]
        con.execute(f"insert into {name} values {marks}", values)
    if name == "articles":
        con.execute(
            "update articles set published_date = cast(published_at as date)"
            " where published_date is null"
        )
        con.execute(
            "update articles set published_precision = 'time' where published_precision is null"
        )


def make(con: duckdb.DuckDBPyConnection, name: str, given: dict[str, Rows], made: set[str]) -> None:
    """`name` and, before it, all it reads: from the rows given, else by its query, else empty."""
    if name in made:
        return
    made.add(name)
    query = None if name.startswith("parsed_") else relations()[name].query
    if query is None or name in given:
        create(con, name, given.get(name, []))
        return
    for source in references(query):
        make(con, source, given, made)
    con.execute(f"create table {name} as {query}")


def answer(name: str, given: dict[str, Rows], where: str = "true") -> Rows:
    """The rows of the query of `name`, in order; what comes of no row given is empty unrun."""
    con = shared_connection()
    empty: dict[str, Rows] = {each: [] for each in relations() if not origins(each) & given.keys()}
    query, made = str(relations()[name].query), set[str]()
    con.execute("begin")
    try:
        for source in references(query):
            make(con, source, empty | given, made)
        result = con.execute(f"select * from ({query}) where {where}")
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    finally:
        con.execute("rollback")


@cache
def shared_connection() -> duckdb.DuckDBPyConnection:
    """One for all that leave nothing behind."""
    return connect()


def connect() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("set threads = 1")
    con.execute("set TimeZone = 'UTC'")
    return con


def archive(given: dict[str, Rows]) -> duckdb.DuckDBPyConnection:
    """Every table and mart of an archive with these rows."""
    con = connect()
    made: set[str] = set()
    for name in relations():
        make(con, name, given, made)
    return con


def sound_archive() -> duckdb.DuckDBPyConnection:
    """A small archive that every check is content with."""
    return archive(read_yaml(CASES / "checks" / "archive.yml"))


def recount(con: duckdb.DuckDBPyConnection) -> None:
    """Make data_completeness anew, after a tidy table has changed."""
    con.execute("delete from data_completeness")
    con.execute(f"insert into data_completeness {relations()['data_completeness'].query}")
