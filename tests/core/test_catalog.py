"""The catalog: what a definition may say, and how intermediates become CTEs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.core import catalog
from pipeline.core.catalog import (
    Column,
    _read,
    complete,
    intermediates,
    relation,
    relations,
)
from pipeline.core.errors import DefinitionError, UsageError


@pytest.fixture
def sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of `sql/` in use."""
    folder = tmp_path / "sql"
    shutil.copytree(catalog.sql_folder(), folder)
    monkeypatch.setattr(catalog, "sql_folder", lambda: folder)
    for cached in (relations, intermediates):
        cached.cache_clear()
    yield folder
    for cached in (relations, intermediates):
        cached.cache_clear()


@pytest.mark.parametrize(
    ("pattern", "new", "message"),
    [
        ("type: VARCHAR", "type: TEXT", "type 'TEXT' is not one of VARCHAR"),
        ("type: VARCHAR", "type: VARCHAR\n    range: 0..1", "VARCHAR has no range"),
        ("type: BIGINT", "type: BIGINT\n    range: 1-2", "range '1-2' is not like"),
        ("name: article_count", "name: articles", "range None is not like"),
        ("type: BIGINT", "type: BIGINT\n    values: [a]", "BIGINT has no list of values"),
        ("type: VARCHAR", "type: VARCHAR\n    values: [1]", "are not all texts"),
        ("type: VARCHAR", "type: VARCHAR\n    colour: red", "colour"),
        ("type: VARCHAR", "type: VARCHAR\n    references: a.b", "there is no a.b to refer to"),
        ("key: .*", "key: [absent]", "key columns ['absent'] are not defined"),
    ],
)
def test_a_definition_that_is_wrong_is_refused(
    sql: Path, pattern: str, new: str, message: str
) -> None:
    path = sql / "tables" / "topics.yml"
    text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"), count=1)
    assert count == 1
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=re.escape(message)) as refused:
        relations()
    assert str(refused.value).startswith("topics")


@pytest.mark.parametrize(
    ("given", "bounds"),
    [("0..1", ("0", "1")), ("-90..", ("-90", "")), ("any", ("", "")), (None, ("", ""))],
)
def test_bounds_are_read_from_the_range(given: str | None, bounds: tuple[str, str]) -> None:
    assert Column("x", "DOUBLE", "m", "s", range=given).bounds == bounds


def test_the_range_of_a_number_follows_from_its_name() -> None:
    columns = {column.name: column for each in relations().values() for column in each.columns}
    names = ("article_count", "article_share", "article_rank", "avg_quality")
    found = {name: columns[name].range for name in names}
    assert list(found.values()) == ["0..", "0..1", "1..", "any"]


def test_a_column_named_as_the_key_of_another_table_refers_to_it() -> None:
    columns = {
        f"{each.name}.{column.name}": column.references
        for each in relations().values()
        for column in each.columns
    }
    assert columns["images.article_id"] == "articles.article_id"
    assert columns["related_items.related_article_id"] == "articles.article_id"
    assert columns["articles.article_id"] is None


def test_a_comment_has_the_unit() -> None:
    assert Column("x", "DOUBLE", "A span", "s", unit="hours").comment == "A span [hours]"
    assert Column("x", "DOUBLE", "A span", "s").comment == "A span"


QUERIES = [
    "select a from two",
    "-- A question?\nselect a from one",
    "-- A question?\nwith three as (select a from two) select a from three",
    "with recursive three as (select a from two) select a from three",
    "select o.a from one as o\njoin two on o.a = two.a",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_select_is_completed_with_the_intermediates_it_reads(sql: Path, query: str) -> None:
    (sql / "intermediate" / "one.sql").write_text("-- One.\nselect 1 as a\n")
    (sql / "intermediate" / "two.sql").write_text("with x as (select a from one) select a from x")
    whole = complete(query)
    assert duckdb.sql(whole).fetchall() == [(1,)]
    assert whole.startswith(query.split("\n", maxsplit=1)[0] if query.startswith("--") else "with")


def test_what_is_marked_becomes_a_temporary_table_before_its_reader(sql: Path) -> None:
    folder = sql / "intermediate"
    (folder / "one.sql").write_text(
        "-- One.\n-- Made once, as a temporary table: x.\nselect 1 as a\n"
    )
    (folder / "two.sql").write_text("-- Two.\nselect a from one\n")
    (folder / "three.sql").write_text(
        "-- Three.\n-- Made once, as a temporary table: y.\nselect a from two\n"
    )
    (sql / "marts" / "topic_pairs.sql").write_text("select o.a from three as o join two on true")
    made = catalog.relation("topic_pairs")
    con = duckdb.connect()
    assert [name for name, _ in made.steps] == ["one", "three", "topic_pairs"]
    for name, step in made.steps:
        con.execute(f"create table {name} as {step}")
    assert con.execute("select a from topic_pairs").fetchall() == [(1,)]
    assert con.execute(made.query or "").fetchall() == [(1,)]
    assert not catalog.relation("topics").steps


def test_a_select_that_reads_none_stays_as_it_is(sql: Path) -> None:
    (sql / "intermediate" / "one.sql").write_text("select 1 as a\n")
    query = "-- not from one\nselect one from articles"
    assert complete(query) == query


def test_parsed_tables_are_those_with_rows_from_raw_files() -> None:
    parsed = {name for name, each in relations().items() if each.is_parsed}
    assert {"articles", "related_items", "files"} <= parsed
    assert not {"topics", "providers", "stories"} & parsed


def test_tables_come_before_marts_and_each_has_its_key() -> None:
    kinds = [each.kind for each in relations().values()]
    assert kinds == sorted(kinds, reverse=True)
    assert relation("topics").column_names[0] == "topic"
    with pytest.raises(UsageError, match="no table 'nothing'; there are article_topics, articles"):
        relation("nothing")


ENTRY = "{{name: {}, type: {}, meaning: m, source: s{}}}"


@pytest.mark.parametrize(
    ("name", "kind", "more", "unit"),
    [
        ("article_count", "BIGINT", "", "articles"),
        ("rated_article_count", "INTEGER", "", "articles"),
        ("story_count", "BIGINT", ", unit: stories", "stories"),
        ("avg_quality", "DOUBLE", "", "points"),
        ("quality_note", "VARCHAR", "", None),
        ("lag_hours", "INTEGER", ", range: any", "hours"),
        ("npmi", "DOUBLE", ", range: any", None),
    ],
)
def test_a_unit_follows_from_the_name(
    tmp_path: Path, name: str, kind: str, more: str, unit: str | None
) -> None:
    (tmp_path / "mart.yml").write_text(
        f"description: d\ngrain: g\nkey: [{name}]\ncolumns: [{ENTRY.format(name, kind, more)}]\n"
    )
    [column] = _read(tmp_path / "mart.yml").columns
    assert (column.unit, column.nullable) == (unit, False)
