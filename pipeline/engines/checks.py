"""The rules that every build is checked by: each a SELECT of the rows that offend."""

from __future__ import annotations

from typing import Any

import duckdb

from pipeline.core.catalog import sql_folder
from pipeline.core.errors import BuildMissing, UsageError
from pipeline.core.results import Finding
from pipeline.engines.finding_sources import sources_query
from pipeline.engines.generic_checks import generic_checks

_SAMPLE_ROWS = 5


def checks() -> dict[str, str]:
    """The checks by name (`stop_…` or `warn_…`), of the catalog and of `sql/checks` alike; each
    selects the rows that offend."""
    files = (sql_folder() / "checks").glob("*.sql")
    written = {file.stem: file.read_text(encoding="utf-8") for file in files}
    return dict(sorted((generic_checks() | written).items()))


def check_query(rule: str) -> str:
    """The SELECT of one check; `stop_` or `warn_` may be left out.

    Errors: `UsageError` that lists the names there are.
    """
    known = checks()
    found = [name for name in known if rule in (name, name.partition("_")[2])]
    if not found:
        raise UsageError(f"no check {rule!r}; there are {', '.join(known)}")
    return known[found[0]]


def run_check(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> Finding | None:
    """Run one check on a connection; None where it finds no row."""
    rows = connection.execute(query).fetchall()
    if not rows:
        return None
    severity, _, rule = name.partition("_")
    sample = tuple(", ".join(map(str, row)) for row in rows[:_SAMPLE_ROWS])
    sources = _sources(connection, rows) if severity == "stop" else []
    return Finding(rule, severity, len(rows), sample, len(sources), tuple(sources[:_SAMPLE_ROWS]))


def _sources(connection: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]]) -> list[str]:
    """The raw files behind the rows of a check, sorted."""
    keys = [(str(row[0]), str(row[1])) for row in rows if len(row) > 1]
    query = sources_query(sorted({name for name, _ in keys}))
    if query is None:
        return []
    names, values = zip(*keys, strict=True)
    return [path for (path,) in connection.execute(query, [names, values]).fetchall()]


def check_database(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Run every check on a finished database, in UTC; gives those that found rows.

    Errors: `BuildMissing` where a check cannot be run on what the database holds.
    """
    try:
        found = [run_check(connection, name, query) for name, query in checks().items()]
    except duckdb.Error as error:
        raise BuildMissing(f"the database does not hold what newsloom makes: {error}") from None
    return [finding for finding in found if finding]
