"""Fields without a column get one by configuration, typed; what does not fit is NULL and named."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from pipeline.core.configuration import Configuration, Lifted
from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.core.raw_content import RawContent
from pipeline.core.records import Value
from pipeline.parse import parse
from pipeline.transform.lifted_columns import lifted_columns


def lifted(value: Value, column_type: str = "VARCHAR") -> tuple[object, list[tuple[str, str]]]:
    configuration = Configuration(
        lifted={"x": Lifted(("a", "b"), column_type)},
        nulls={"any": ("N/A",)},
        date_formats=("%d.%m.%Y",),
        date_zone="Europe/Berlin",
    )
    columns, findings = lifted_columns({1: {"a": {"b": value}}}, 3, configuration)
    first, found, last = columns["x"].to_pylist()
    assert (first, last) == (None, None)
    assert all((each.record, each.path) == (1, ("a", "b")) for each in findings)
    return found, [(each.code, each.raw_value) for each in findings]


@pytest.mark.parametrize(
    ("value", "column_type", "found"),
    [
        (" a &amp; b ", "VARCHAR", "a & b"),
        (["a", "", None, "b"], "VARCHAR", "a, b"),
        (["a", "N/A"], "VARCHAR", "a"),
        (None, "VARCHAR", None),
        ("N/A", "INTEGER", None),
        ([], "INTEGER", None),
        ("007", "INTEGER", 7),
        ("yes", "BOOLEAN", True),
        (" 1e3", "DOUBLE", 1000.0),
        ("1.7.2024", "DATE", date(2024, 7, 1)),
        ("2024-07-01 12:00", "TIMESTAMP", datetime(2024, 7, 1, 10)),
        ("1960-07-01", "DATE", date(1960, 7, 1)),
    ],
)
def test_values(value: Value, column_type: str, found: object) -> None:
    assert lifted(value, column_type) == (found, [])


@pytest.mark.parametrize(
    ("value", "column_type", "code", "raw"),
    [
        ("x", "INTEGER", "invalid_integer", "x"),
        ("nan", "DOUBLE", "invalid_number", "nan"),
        ("1e999", "DOUBLE", "invalid_number", "1e999"),
        ("soon", "DATE", "invalid_timestamp", "soon"),
        ({"c": "1"}, "VARCHAR", "invalid_text", '{"c": "1"}'),
        ([{}], "INTEGER", "invalid_text", "[{}]"),
    ],
)
def test_what_does_not_fit(value: Value, column_type: str, code: str, raw: str) -> None:
    assert lifted(value, column_type) == (None, [(code, raw)])


def test_a_problem_has_the_line_of_the_file() -> None:
    text = (
        "---\ncategory: news\ntitle: Kelp\npublishedDateTime: 2024-05-01T23:30:00Z\n"
        "webUrl: https://a.example\nprovider: {domain: a.example}\nweight: heavy\n---\n"
    )
    configuration = Configuration(
        lifted={"weight": Lifted(("weight",), "INTEGER")}, day_zone="Europe/Berlin"
    )
    tables = parse([RawContent("a.md", 0, text.encode())], DEFAULT_LIMITS, configuration)
    (article,) = tables["articles"].to_pylist()
    (problem,) = tables["rejects"].to_pylist()
    assert article["weight"] is None
    assert (problem["field"], problem["line"], problem["raw_value"]) == ("weight", 7, "heavy")
    assert article["published_date"] == date(2024, 5, 2)
    assert article["published_at"] == datetime(2024, 5, 1, 23, 30)


@pytest.mark.parametrize(
    ("time", "zone", "day"),
    [
        ("2024-05-01T23:30:00Z", "Europe/Berlin", date(2024, 5, 2)),
        ("2024-05-01T03:30:00Z", "America/New_York", date(2024, 4, 30)),
        ("2024-05-01T03:30:00Z", "UTC", date(2024, 5, 1)),
        ("2024-05-01", "America/New_York", date(2024, 5, 1)),
        ("1700-05-01T03:30:00Z", "Asia/Tokyo", date(1700, 5, 1)),
    ],
)
def test_days_are_those_of_the_zone(time: str, zone: str, day: date) -> None:
    text = (
        f"---\ncategory: news\ntitle: Kelp\npublishedDateTime: {time}\n"
        "webUrl: https://a.example\nprovider:\n  domain: a.example\n---\n"
    )
    configuration = Configuration(day_zone=zone)
    tables = parse([RawContent("a.md", 0, text.encode())], DEFAULT_LIMITS, configuration)
    assert tables["articles"]["published_date"].to_pylist() == [day]
