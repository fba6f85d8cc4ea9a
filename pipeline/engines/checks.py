"""The rules that every build is checked by: each a SELECT of the rows that offend."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline.core.catalog import column, sql_folder
from pipeline.core.configured_relations import IN_THE_ZONE
from pipeline.core.errors import BuildMissing, DefinitionError, unknown
from pipeline.core.results import Finding
from pipeline.engines.finding_sources import sources_query
from pipeline.engines.generic_checks import generic_checks

SAMPLE_ROWS = 5
"""Most rows, and most raw files, that a finding names unless all are asked for."""

_DAY_OF_UTC = "published_date <> cast(published_at as date)"
_DAY_OF_A_ZONE = (
    "published_date < cast(published_at - interval 12 hour as date)\n"
    "    or published_date > cast(published_at + interval 14 hour as date)"
)
"""Which days are wrong where they are those of UTC, and where a configuration gave them a zone."""

_HEADER = re.compile(r"(.+) Consequence: (.+) Cure: (.+)")


def checks() -> dict[str, str]:
    """The checks by name (`stop_…` or `warn_…`), of the catalog and of `sql/checks` alike; each
    selects the rows that offend."""
    files = (sql_folder() / "checks").glob("*.sql")
    written = {file.stem: file.read_text(encoding="utf-8") for file in files}
    if IN_THE_ZONE in column("articles.published_date").meaning:
        for name, query in written.items():
            written[name] = query.replace(_DAY_OF_UTC, _DAY_OF_A_ZONE)
    return dict(sorted((generic_checks() | written).items()))


@dataclass(frozen=True, slots=True)
class Rule:
    """One check, as the header of its SELECT says: what must be or is suspicious, what follows
    from rows that offend, and what to do."""

    name: str
    severity: str
    meaning: str
    consequence: str
    cure: str
    query: str


def rules() -> dict[str, Rule]:
    """The rules by the names of their checks. Errors: `DefinitionError` where a header does not
    say consequence and cure."""
    return {name: _rule(name, query) for name, query in checks().items()}


def _rule(name: str, query: str) -> Rule:
    header = itertools.takewhile(lambda line: line.startswith("--"), query.splitlines())
    text = " ".join(line.removeprefix("--").strip() for line in header)
    found = _HEADER.fullmatch(text)
    if found is None:
        raise DefinitionError(f"{name}: the header says no Consequence: and Cure:")
    severity, _, rule = name.partition("_")
    return Rule(rule, severity, found[1], found[2], found[3], query)


def rule(name: str) -> Rule:
    """One rule; `stop_` or `warn_` may be left out. Errors: `UsageError` that lists the names."""
    for check, found in rules().items():
        if name in (check, found.name):
            return found
    raise unknown("no check", name, [each.name for each in rules().values()])


def run_check(
    connection: duckdb.DuckDBPyConnection, name: str, query: str, shown: int | None = SAMPLE_ROWS
) -> Finding | None:
    """Run one check on a connection; None where it finds no row.

    The finding has the first rows and raw files, as many as `shown`; all where that is None.
    """
    rows = connection.execute(query).fetchall()
    if not rows:
        return None
    severity, _, rule = name.partition("_")
    sample = tuple(", ".join(map(str, row)) for row in rows[:shown])
    sources = _sources(connection, rows) if severity == "stop" else []
    return Finding(rule, severity, len(rows), sample, len(sources), tuple(sources[:shown]))


def _sources(connection: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]]) -> list[str]:
    """The raw files behind the rows of a check, sorted."""
    keys = [(str(row[0]), str(row[1])) for row in rows if len(row) > 1]
    query = sources_query(sorted({name for name, _ in keys}))
    if query is None:
        return []
    names, values = zip(*keys, strict=True)
    return [path for (path,) in connection.execute(query, [names, values]).fetchall()]


def check_database(
    connection: duckdb.DuckDBPyConnection, only: Rule | None = None, shown: int | None = SAMPLE_ROWS
) -> list[Finding]:
    """Run every check, or one, on a finished database, in UTC; gives those that found rows.

    Of each `shown` rows, or all of them. Errors: `BuildMissing` where a check cannot be run on what
    the database holds.
    """
    try:
        found = [
            run_check(connection, name, each.query, shown)
            for name, each in rules().items()
            if only in (None, each)
        ]
    except duckdb.Error as error:
        raise BuildMissing(f"the database does not hold what newsloom makes: {error}") from None
    return [finding for finding in found if finding]
