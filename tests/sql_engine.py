"""A real DuckDB filled from data files: what the tests of the SQL run on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
import yaml
from sqlglot import exp

from pipeline.core.catalog import relations

CASES = Path(__file__).parent / "cases"

Rows = list[dict[str, Any]]


def read_yaml(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


@cache
def references(query: str) -> list[str]:
    """The relations a SELECT reads, its own CTEs left out, in alphabetical order."""
    tree = sqlglot.parse_one(query, read="duckdb")
    named = {cte.alias for cte in tree.find_all(exp.CTE)}
    return sorted({table.name for table in tree.find_all(exp.Table)} - named - {""})


def create(con: duckdb.DuckDBPyConnection, name: str, rows: Rows) -> None:
    """One table by its definition; a column a row leaves out is NULL, published_date excepted."""
    parsed = name.startswith("parsed_")
    known = relations()[name.removeprefix("parsed_")].columns
    columns = [column for column in known if column.parsed or not parsed]
    unknown = {key for row in rows for key in row} - {column.name for column in columns}
    assert not unknown, f"{name} has no columns {sorted(unknown)}"
    con.execute(f"create table {name} ({', '.join(f'{c.name} {c.type}' for c in columns)})")
    if rows:
        marks = ", ".join("?" for _ in columns)
        values = [[row.get(column.name) for column in columns] for row in rows]
        con.executemany(f"insert into {name} values ({marks})", values)
    if name == "articles":
        con.execute(
            "update articles set published_date = cast(published_at as date)"
            " where published_date is null"
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
