"""Every query under sql/ against cases that are data, and every check seen to fail."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sql_engine import CASES, archive, check_paths, connect, make, read_yaml, references

from pipeline.definitions import Column, Relation, relation, relations, sql_folder

MART_CASES = sorted(path.parent for path in (CASES / "marts").glob("*/*/given.yml"))
TABLES = [r for r in relations().values() if r.kind == "tables"]
QUERIES = [r for r in relations().values() if r.query]
MARTS = [r for r in relations().values() if r.kind == "marts"]
DOCTORED = read_yaml(CASES / "checks" / "doctored.yml")
BY_DEFINITION = {
    "stop_empty_texts",
    "stop_foreign_keys",
    "stop_keys_of_marts",
    "stop_keys_of_tables",
    "stop_number_ranges",
    "stop_required_columns",
}


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
    key = relation(name).key
    where, expected = read_expected(folder)
    con = connect()
    make(con, name, read_yaml(folder / "given.yml") or {}, set())
    result = con.execute(f"select * from ({relation(name).query}) where {where}")
    names = [column[0] for column in result.description]
    found = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
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
    path = sql_folder() / "checks" / f"{check}.sql"
    return con.execute(path.read_text(encoding="utf-8")).fetchall()


@pytest.fixture(scope="module")
def sound() -> duckdb.DuckDBPyConnection:
    return archive(read_yaml(CASES / "checks" / "archive.yml"))


@pytest.fixture
def doctored(sound: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    sound.execute("begin")
    yield sound
    sound.execute("rollback")


def recount(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from data_completeness")
    con.execute(f"insert into data_completeness {relation('data_completeness').query}")


@pytest.mark.parametrize("path", check_paths(), ids=lambda p: p.stem)
def test_sound_archive_passes(sound: duckdb.DuckDBPyConnection, path: Path) -> None:
    result = sound.execute(path.read_text(encoding="utf-8"))
    assert [column[0] for column in result.description] == ["relation", "key_value", "problem"]
    assert result.fetchall() == []


def test_empty_archive_stops_nothing(empty: duckdb.DuckDBPyConnection) -> None:
    failed = {path.stem for path in check_paths() if offenders(empty, path.stem)}
    assert failed == {"warn_no_articles"}


@pytest.mark.parametrize(
    ("check", "statement"), [(check, text) for check, texts in DOCTORED.items() for text in texts]
)
def test_check_fails(doctored: duckdb.DuckDBPyConnection, check: str, statement: str) -> None:
    doctored.execute(statement)
    assert offenders(doctored, check), f"{check} does not see: {statement}"


def test_every_check_is_seen_to_fail() -> None:
    assert set(DOCTORED) | BY_DEFINITION == {path.stem for path in check_paths()}


@pytest.mark.parametrize("table", list(relations().values()), ids=lambda r: r.name)
def test_repeated_key_is_seen(doctored: duckdb.DuckDBPyConnection, table: Relation) -> None:
    doctored.execute(f"insert into {table.name} select * from {table.name} limit 1")
    if table.kind == "tables":
        recount(doctored)
    found = offenders(doctored, f"stop_keys_of_{table.kind}")
    assert table.name in {row[0] for row in found}


def columns(kinds: set[str]) -> list[Any]:
    return [
        pytest.param(r.name, c, id=f"{r.name}.{c.name}")
        for r in relations().values()
        if r.kind in kinds
        for c in r.columns
    ]


@pytest.mark.parametrize(
    ("table", "column"), [p for p in columns({"tables", "marts"}) if p.values[1].references]
)
def test_dangling_reference_is_seen(
    doctored: duckdb.DuckDBPyConnection, table: str, column: Column
) -> None:
    doctored.execute(f"insert into {table} ({column.name}) values ('nowhere')")
    target = str(column.references).split(".")[0]
    assert (table, "nowhere", f"{column.name} is not in {target}") in offenders(
        doctored, "stop_foreign_keys"
    )


@pytest.mark.parametrize(
    ("table", "column"), [p for p in columns({"tables"}) if not p.values[1].nullable]
)
def test_missing_value_is_seen(
    doctored: duckdb.DuckDBPyConnection, table: str, column: Column
) -> None:
    doctored.execute(f"update {table} set {column.name} = null")
    recount(doctored)
    found = offenders(doctored, "stop_required_columns")
    assert (table, column.name) in {row[:2] for row in found}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        p
        for p in columns({"tables"})
        if p.values[1].type == "VARCHAR" and p.values[1].name not in relation(p.values[0]).key
    ],
)
def test_empty_text_is_seen(
    doctored: duckdb.DuckDBPyConnection, table: str, column: Column
) -> None:
    doctored.execute(f"update {table} set {column.name} = ''")
    assert table in {row[0] for row in offenders(doctored, "stop_empty_texts")}


def bad_numbers(column: Column) -> list[str]:
    if column.type == "DOUBLE":
        is_share = column.name.endswith(("_share", "_rate")) and column.name != "growth_rate"
        return ["'nan'::double", "'inf'::double", *(["1.5", "-0.5"] if is_share else [])]
    return ["-1"] if column.name.endswith(("_count", "_rank", "_position")) else []


@pytest.mark.parametrize(("table", "column"), columns({"tables", "marts"}))
def test_bad_number_is_seen(
    doctored: duckdb.DuckDBPyConnection, table: str, column: Column
) -> None:
    for value in bad_numbers(column):
        doctored.execute(f"update {table} set {column.name} = {value}")
        found = offenders(doctored, "stop_number_ranges")
        assert table in {row[0] for row in found}, f"{value} in {table}.{column.name}"


def test_order_of_the_queries_can_be_derived() -> None:
    for query in QUERIES:
        assert set(references(query.query or "")) <= set(relations()) - {query.name}
