"""Which segments of a mart moved most, from rows given here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipeline.core.arrow_schema import schema
from pipeline.core.catalog import relation
from pipeline.core.difference import Movement
from pipeline.diff.movements import SEGMENTS, movements

MART = relation("quality_monthly")


def moved(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> dict[str, Movement]:
    with duckdb.connect() as connection:
        for name, rows in (("old", old), ("new", new)):
            nullable = pa.schema([field.with_nullable(True) for field in schema(MART.name)])
            table = pa.Table.from_pylist([_month(**row) for row in rows], schema=nullable)
            connection.register(name, table)
        found = movements(connection, MART, list(MART.column_names))
    return {each.column: each for each in found}


def _month(number: int, **values: Any) -> dict[str, Any]:
    from datetime import date

    absent = dict.fromkeys(MART.column_names)
    return {**absent, "month": date(2020, number, 1), **values}


def test_a_segment_that_is_gone_has_lost_its_count() -> None:
    old = [{"number": 1, "article_count": 3}, {"number": 2, "article_count": 97}]
    found = moved(old, old[1:])["article_count"]
    assert found.moved_share == pytest.approx(0.03)
    assert [(each.segment, each.before, each.after) for each in found.segments] == [
        ("2020-01-01", 3, 0)
    ]


def test_a_mean_counts_by_the_articles_behind_it() -> None:
    old = [
        {"number": 1, "article_count": 100, "avg_quality": 50.0},
        {"number": 2, "article_count": 1, "avg_quality": 50.0},
    ]
    new = [
        {"number": 1, "article_count": 100, "avg_quality": 51.0},
        {"number": 2, "article_count": 1, "avg_quality": 90.0},
    ]
    found = moved(old, new)["avg_quality"]
    assert [each.segment for each in found.segments] == ["2020-01-01", "2020-02-01"]
    assert found.moved_share == pytest.approx(140 / 5050)


def test_a_mean_of_one_side_alone_has_not_moved() -> None:
    old = [{"number": 1, "article_count": 1, "avg_quality": 50.0}]
    assert "avg_quality" not in moved(old, [{"number": 1, "article_count": 1}])
    assert "avg_quality" not in moved(old, [])


def test_what_was_nothing_has_no_share() -> None:
    assert moved([], [{"number": 1, "article_count": 2}])["article_count"].moved_share is None


def test_only_a_few_segments_are_named() -> None:
    old = [{"number": number, "article_count": 10 + number} for number in range(1, 13)]
    segments = moved(old, [])["article_count"].segments
    assert [each.before for each in segments] == [22, 21, 20, 19, 18][:SEGMENTS]


def test_rows_of_articles_are_no_segments(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        for name in ("old", "new"):
            connection.register(name, schema("story_articles").empty_table())
        mart = relation("story_articles")
        assert movements(connection, mart, list(mart.column_names)) == ()
