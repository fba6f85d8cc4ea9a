"""Every rule of every column in the catalog, broken alone, is found by its rendered check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest

from pipeline.core import catalog as definitions
from pipeline.core.catalog import NUMBERS, Column, Relation, relations
from pipeline.core.errors import DefinitionError
from pipeline.engines.generic_checks import generic_checks
from tests.sql_engine import recount, sound_archive

ALL = [(each, column) for each in relations().values() for column in each.columns]
Rows = list[tuple[str, str, str]]
Plant = Callable[..., Rows]


@pytest.fixture(scope="module")
def sound() -> duckdb.DuckDBPyConnection:
    return sound_archive()


@cache
def part_of(check: str, table: str) -> str:
    """The branch of a check that reads one relation; the whole check where there is none.

    All branches take ten times as long, and there are a thousand changes to be found.
    """
    whole = generic_checks()[check]
    start, end = whole.index("(\n") + 2, whole.rindex("\n)")
    branches = whole[start:end].split("\n    union all\n")
    found = [each for each in branches if each.startswith(f"    select '{table}' as relation")]
    return found[0] if found else whole


@pytest.fixture
def plant(sound: duckdb.DuckDBPyConnection) -> Iterator[Plant]:
    """Change a table, and see what its check finds; nothing of it stays."""

    def change(table: Relation, check: str, statement: str, *values: object) -> Rows:
        sound.execute(statement, values)
        query = part_of(check, table.name)
        if "select 1 from data_completeness" in query:
            recount(sound)
        return sound.execute(query).fetchall()

    sound.execute("begin")
    yield change
    sound.execute("rollback")


def update(table: Relation, column: Column) -> str:
    """A statement that sets one value of the first row."""
    return (
        f"update {table.name} set {column.name} = ?"
        f" where rowid = (select min(rowid) from {table.name})"
    )


def named(parameters: list[tuple[Relation, Column]]) -> pytest.MarkDecorator:
    assert parameters
    ids = [f"{table.name}.{column.name}" for table, column in parameters]
    return pytest.mark.parametrize(("table", "column"), parameters, ids=ids)


@pytest.mark.parametrize("table", relations().values(), ids=lambda each: each.name)
def test_a_repeated_key_is_found(plant: Plant, table: Relation) -> None:
    statement = f"insert into {table.name} select * from {table.name} limit 1"
    found = plant(table, "stop_keys", statement)
    assert {row[0] for row in found} == {table.name}


@named([(table, column) for table, column in ALL if column.name in table.key])
def test_a_key_of_null_is_found(plant: Plant, table: Relation, column: Column) -> None:
    found = plant(table, "stop_keys", update(table, column), None)
    assert {row[0] for row in found} == {table.name}


@named([(table, column) for table, column in ALL if column.references])
def test_a_reference_to_nothing_is_found(plant: Plant, table: Relation, column: Column) -> None:
    statement = f"insert into {table.name} ({column.name}) values ('nowhere')"
    target = str(column.references).partition(".")[0]
    assert plant(table, "stop_foreign_keys", statement) == [
        (table.name, "nowhere", f"{column.name} is not in {target}")
    ]


@named([(table, column) for table, column in ALL if not column.nullable])
def test_a_missing_value_is_found(plant: Plant, table: Relation, column: Column) -> None:
    found = plant(table, "stop_required_columns", update(table, column), None)
    assert [row[0] for row in found] == [table.name]


@named(
    [
        (table, column)
        for table, column in ALL
        if table.kind == "tables" and column.type == "VARCHAR"
    ]
)
def test_an_empty_text_is_found(plant: Plant, table: Relation, column: Column) -> None:
    found = plant(table, "stop_empty_texts", update(table, column), "")
    assert [row[0] for row in found] == [table.name]


@named([(table, column) for table, column in ALL if column.values])
def test_a_value_out_of_its_list_is_found(plant: Plant, table: Relation, column: Column) -> None:
    for value in column.values:
        assert plant(table, "stop_allowed_values", update(table, column), value) == []
    found = plant(table, "stop_allowed_values", update(table, column), "invented")
    assert [row[0] for row in found] == [table.name]


def outside(column: Column) -> list[float | int]:
    """Numbers that are not in the range of a column: just beyond each bound, and none at all."""
    low, high = column.bounds
    if column.type != "DOUBLE":
        return [*([int(low) - 1] if low else []), *([int(high) + 1] if high else [])]
    beyond = [*([float(low) - 1e-6] if low else []), *([float(high) + 1e-6] if high else [])]
    return [*beyond, float("nan"), float("inf"), float("-inf")]


BOUNDED = [(table, column) for table, column in ALL if column.range and outside(column)]


@named(BOUNDED)
def test_a_number_out_of_its_range_is_found(plant: Plant, table: Relation, column: Column) -> None:
    values = outside(column)
    statement = f"insert into {table.name} ({column.name}) select unnest(?)"
    found = plant(table, "stop_number_ranges", statement, values)
    assert [row[0] for row in found] == [table.name] * len(values)


@pytest.mark.parametrize("bound", [0, 1], ids=["lowest", "highest"])
def test_a_number_at_the_edge_of_its_range_is_not(
    sound: duckdb.DuckDBPyConnection, plant: Plant, bound: int
) -> None:
    far = ("-1e9", "1e9")[bound]
    for table in relations().values():
        numbers = [column for column in table.columns if column.range]
        values = [f"{column.name} = {column.bounds[bound] or far}" for column in numbers]
        if values:
            sound.execute(f"update {table.name} set {', '.join(values)}")
    assert sound.execute(generic_checks()["stop_number_ranges"]).fetchall() == []


@pytest.mark.parametrize("table", relations().values(), ids=lambda each: each.name)
def test_what_may_be_missing_is_no_offence(
    sound: duckdb.DuckDBPyConnection, plant: Plant, table: Relation
) -> None:
    for column in table.columns:
        if column.nullable:
            sound.execute(update(table, column), [None])
    for check in ("stop_required_columns", "stop_allowed_values", "stop_number_ranges"):
        assert plant(table, check, "select 1") == []


def test_every_number_is_bounded_or_said_to_be_without_bounds() -> None:
    numbers = [column for _, column in ALL if column.type in NUMBERS]
    assert len(numbers) > 150
    without = [column for column in numbers if not any(column.bounds)]
    assert {column.range for column in without} == {"any"}
    assert {column.range for _, column in ALL if column.type not in NUMBERS} == {None}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("topic_pairs.jaccard", ("0", "1")),
        ("topic_pairs.support", ("0", "1")),
        ("topic_pairs.npmi", ("-1.000000001", "1.000000001")),
        ("topic_monthly.growth_rate", ("-1", "")),
        ("provider_summary.image_rate", ("0", "1")),
        ("page_links.rank", ("1", "")),
        ("articles.topic_count", ("0", "")),
        ("articles.quality", ("", "")),
    ],
)
def test_bounds_are_those_of_the_contract(name: str, wanted: tuple[str, str]) -> None:
    table, _, column = name.partition(".")
    [found] = [each for each in relations()[table].columns if each.name == column]
    assert found.bounds == wanted


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("name: size, type: DOUBLE", "range None is not like 0..1, 0.. or any"),
        ("name: size, type: BIGINT, range: 0-1", "range '0-1' is not like"),
        ("name: size, type: BIGINT, range: 0", "range 0 is not like"),
        ("name: size, type: VARCHAR, range: 0..", "VARCHAR has no range"),
        ("name: size, type: DATE, values: [a]", "DATE has no list of values"),
        ("name: size, type: VARCHAR, values: [no]", r"values \[False\] are not all texts"),
        ("name: size, type: VARCHAR, references: b.c", "there is no b.c to refer to"),
        ("name: size, type: TEXT", "type 'TEXT' is not one of"),
        ("name: size, type: VARCHAR, nulls: 1", "unexpected keyword argument 'nulls'"),
    ],
)
def test_a_wrong_entry_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str, message: str
) -> None:
    (tmp_path / "marts").mkdir()
    text = "description: x\ngrain: x\nkey: [size]\ncolumns:\n"
    text += f"  - {{{entry}, meaning: x, source: x}}\n"
    (tmp_path / "marts" / "a.yml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(definitions, "sql_folder", lambda: tmp_path)
    with pytest.raises(DefinitionError, match=message):
        definitions.relations.__wrapped__()
