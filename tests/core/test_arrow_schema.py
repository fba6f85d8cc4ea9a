"""Schemas follow the catalog; nothing needs pandas to make an Arrow table."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime

import pyarrow as pa
import pytest

from pipeline.core.arrow_schema import column_array, encoded, parsed_schema, schema_of, table_of
from pipeline.core.catalog import Column, Relation, relations

RELATION = Relation(
    *("things", "marts", "Things.", "thing", ("day", "name")),
    (
        Column("day", "DATE", "Which day", "raw", nullable=False),
        Column("name", "VARCHAR", "Its name", "raw", unit="letters", nullable=True),
        Column("rank", "INTEGER", "Its rank", "SELECT", parsed=False, nullable=True),
    ),
)


def test_a_schema_says_type_nullability_and_meaning() -> None:
    schema = schema_of(RELATION)
    assert schema.types == [pa.date32(), pa.string(), pa.int32()]
    assert [field.nullable for field in schema] == [False, True, True]
    name = {b"meaning": b"Its name", b"source": b"raw", b"unit": b"letters"}
    assert schema.field("name").metadata == name
    assert b"unit" not in schema.field("day").metadata
    assert schema.metadata == {b"description": b"Things.", b"grain": b"thing", b"key": b"day, name"}


def test_parsed_columns_are_those_of_raw_files() -> None:
    assert parsed_schema(RELATION).names == ["day", "name"]
    assert "related_article_id" not in parsed_schema(relations()["related_items"]).names


def test_days_and_seconds_become_dates_and_times() -> None:
    moments = column_array([0, None, -1], pa.timestamp("us"))
    assert moments.to_pylist() == [datetime(1970, 1, 1), None, datetime(1969, 12, 31, 23, 59, 59)]
    assert column_array([18_262], pa.date32()).to_pylist() == [date(2020, 1, 1)]
    with pytest.raises(pa.ArrowInvalid):
        column_array([2**31], pa.int32())


def test_rows_become_a_table_and_no_rows_one_too() -> None:
    rows = [("t", 3), ("u", 1)]
    table = table_of("topics", rows)
    assert [tuple(row.values()) for row in table.to_pylist()] == rows
    assert table_of("topics", []).schema.equals(table.schema, check_metadata=True)


def test_only_texts_are_encoded_as_dictionaries() -> None:
    assert pa.types.is_dictionary(encoded(pa.array(["a", "a"])).type)
    assert encoded(pa.array([1, 1])).type == pa.int64()


def test_pandas_is_not_imported_until_it_is_needed() -> None:
    script = (
        "import sys; import pipeline.core.arrow_schema as made; import pyarrow as pa\n"
        "table = made.table_of('topics', [('t', 3)]); pa.array(['a', None])\n"
        "assert 'pandas' not in sys.modules\n"
        "assert list(table.to_pandas()['topic']) == ['t']\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode()
