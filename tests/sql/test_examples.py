"""The example queries answer what they ask: each is run on the committed archive."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import duckdb
import pytest

from pipeline.core.catalog import relations, sql_folder
from tests.build_fixtures import DATA_RAW, Builder
from tests.sql_engine import CASES

EXAMPLES = sorted((sql_folder() / "examples").glob("*.sql"))
EXPECTED = CASES / "examples"


def answer(out: Path, query: str) -> tuple[list[str], list[tuple[object, ...]]]:
    with duckdb.connect(str(out / "analytics.duckdb"), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        result = connection.execute(query)
        return [column[0] for column in result.description], result.fetchall()


def same(found: object, expected: str) -> bool:
    """Whether a value is the one a cell of CSV shows; NULL is the empty cell."""
    if found is None or expected == "":
        return found is None and expected == ""
    if isinstance(found, float):
        return math.isclose(found, float(expected), rel_tol=1e-9)
    return str(found) == expected


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_gives_the_expected_rows(built: Builder, path: Path) -> None:
    names, rows = answer(built(DATA_RAW)[0], path.read_text(encoding="utf-8"))
    with (EXPECTED / f"{path.stem}.csv").open(encoding="utf-8", newline="") as file:
        heading, *expected = list(csv.reader(file))
    assert names == heading
    assert rows
    assert len(rows) == len(expected)
    for row, cells in zip(rows, expected, strict=True):
        assert all(map(same, row, cells)), f"found {row}, expected {cells}"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_begins_with_its_question(path: Path) -> None:
    question = path.read_text(encoding="utf-8").partition("\n-- Grain: ")[0]
    assert question.startswith("-- ")
    assert question.endswith("?")


def test_there_are_enough_and_none_without_rows() -> None:
    assert len(EXAMPLES) >= 15
    assert {path.stem for path in EXAMPLES} == {path.stem for path in EXPECTED.glob("*.csv")}


def test_the_examples_use_most_marts() -> None:
    queries = "\n".join(path.read_text(encoding="utf-8") for path in EXAMPLES)
    marts = [relation.name for relation in relations().values() if relation.kind == "marts"]
    unused = {name for name in marts if f"from {name}\n" not in queries}
    assert len(unused) <= len(marts) // 4, unused
