"""Every query under sql/ against cases that are data, and every check seen to fail."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.core.catalog import Relation, relations
from pipeline.engines.checks import checks
from pipeline.engines.generic_checks import generic_checks
from tests.sql_engine import CASES, answer, archive, read_yaml, references, sound_archive

MART_CASES = sorted(path.parent for path in (CASES / "marts").glob("*/*/given.yml"))
TABLES = [r for r in relations().values() if r.kind == "tables"]
QUERIES = [r for r in relations().values() if r.query and not r.is_parsed]
MARTS = [r for r in relations().values() if r.kind == "marts"]
DOCTORED = read_yaml(CASES / "checks" / "doctored.yml")


def case_name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def same(found: object, expected: object) -> bool:
    if isinstance(found, float) and isinstance(expected, int | float):
        return math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-12)
    return type(found) is type(expected) and found == expected


def read_expected(folder: Path) -> tuple[str, list[dict[str, Any]]]:
    """The condition on the rows to compare, and those rows; a plain list is all rows."""
    expected = read_yaml(folder / "expected.yml") or []
    return (
        (expected["where"], expected["rows"]) if isinstance(expected, dict) else ("true", expected)
    )


@pytest.mark.parametrize("folder", MART_CASES, ids=case_name)
def test_mart_case(folder: Path) -> None:
    """Rows of `expected.yml`, in order; a column that no row there names is not compared."""
    name = folder.parent.name
    key = relations()[name].key
    where, expected = read_expected(folder)
    found = answer(name, read_yaml(folder / "given.yml") or {}, where)
    assert [[row[c] for c in key] for row in found] == [[row[c] for c in key] for row in expected]
    for row, want in zip(found, expected, strict=True):
        differences = {c: (row[c], value) for c, value in want.items() if not same(row[c], value)}
        assert not differences, f"{[row[c] for c in key]}: found, expected"


@pytest.mark.parametrize("query", QUERIES, ids=lambda r: r.name)
def test_every_query_has_three_cases(query: Relation) -> None:
    cases = [path for path in MART_CASES if path.parent.name == query.name]
    assert len(cases) >= (3 if query.kind == "marts" else 1)
    compared = {column for case in cases for row in read_expected(case)[1] for column in row}
    assert compared == set(query.column_names)


@pytest.fixture(scope="module")
def empty() -> duckdb.DuckDBPyConnection:
    return archive({})


@pytest.mark.parametrize("query", QUERIES, ids=lambda r: r.name)
def test_columns_and_types_are_as_defined(
    empty: duckdb.DuckDBPyConnection, query: Relation
) -> None:
    found = [row[:2] for row in empty.execute(f"describe {query.name}").fetchall()]
    assert found == [(column.name, column.type) for column in query.columns]


@pytest.mark.parametrize("query", QUERIES, ids=lambda r: r.name)
def test_empty_archive_gives_no_rows(empty: duckdb.DuckDBPyConnection, query: Relation) -> None:
    [(count,)] = empty.execute(f"select count(*) from {query.name}").fetchall()
    assert (count > 0) == (query.name == "data_completeness")


def test_completeness_has_every_column_of_every_table(empty: duckdb.DuckDBPyConnection) -> None:
    found = empty.execute("select table_name, column_name from data_completeness").fetchall()
    assert sorted(found) == sorted((r.name, c) for r in TABLES for c in r.column_names)


# Checks ------------------------------------------------------------------------------------


def offenders(con: duckdb.DuckDBPyConnection, check: str) -> list[tuple[str, str, str]]:
    return con.execute(checks()[check]).fetchall()


@pytest.fixture(scope="module")
def sound() -> duckdb.DuckDBPyConnection:
    return sound_archive()


@pytest.mark.parametrize("check", checks())
def test_sound_archive_passes(sound: duckdb.DuckDBPyConnection, check: str) -> None:
    result = sound.execute(checks()[check])
    assert [column[0] for column in result.description] == ["relation", "key_value", "problem"]
    assert result.fetchall() == []


def test_empty_archive_stops_nothing(empty: duckdb.DuckDBPyConnection) -> None:
    failed = {check for check in checks() if offenders(empty, check)}
    assert failed == {"warn_no_articles"}


@pytest.mark.parametrize(
    ("check", "statement"), [(check, text) for check, texts in DOCTORED.items() for text in texts]
)
def test_check_fails(sound: duckdb.DuckDBPyConnection, check: str, statement: str) -> None:
    sound.execute("begin")
    try:
        sound.execute(statement)
        assert offenders(sound, check), f"{check} does not see: {statement}"
    finally:
        sound.execute("rollback")


def test_every_check_is_seen_to_fail() -> None:
    assert DOCTORED.keys() | generic_checks().keys() == checks().keys()
    assert all(DOCTORED.values())


def test_order_of_the_queries_can_be_derived() -> None:
    for query in QUERIES:
        assert set(references(query.query or "")) <= set(relations()) - {query.name}
