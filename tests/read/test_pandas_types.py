"""Arrow columns as pandas shows them: nullable, in UTC, without decimals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from pipeline.read.pandas_types import numeric, to_pandas, without_decimals

LARGE = Decimal(2**63)


@pytest.mark.parametrize(
    ("arrow", "dtype"),
    [
        (pa.string(), "string"),
        (pa.large_string(), "string"),
        (pa.bool_(), "boolean"),
        (pa.int8(), "Int8"),
        (pa.int32(), "Int32"),
        (pa.int64(), "Int64"),
        (pa.uint16(), "UInt16"),
        (pa.uint64(), "UInt64"),
        (pa.float64(), "float64"),
        (pa.date32(), "datetime64[us]"),
        (pa.timestamp("us"), "datetime64[us]"),
    ],
)
def test_a_missing_value_keeps_the_type(arrow: pa.DataType, dtype: str) -> None:
    column = to_pandas(pa.table({"x": pa.array([None], arrow)}))["x"]
    assert (str(column.dtype), column.isna().all()) == (dtype, True)


def test_times_are_utc_and_dates_midnight() -> None:
    moment = datetime(2020, 2, 11, 18, 11)
    frame = to_pandas(pa.table({"time": [moment], "date": [date(2020, 2, 11)]}))
    assert frame["time"][0] == moment
    assert frame["date"][0] == pd.Timestamp(2020, 2, 11)


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        (Decimal(3), pa.decimal128(38, 0), (3, "int64")),
        (LARGE, pa.decimal128(38, 0), (float(LARGE), "double")),
        (Decimal("1.25"), pa.decimal128(5, 2), (1.25, "double")),
        (None, pa.decimal128(38, 0), (None, "int64")),
    ],
)
def test_decimals_become_integers_where_they_fit(
    value: Decimal | None, type_: pa.DataType, expected: tuple[object, str]
) -> None:
    column = without_decimals(pa.table({"x": pa.array([value], type_)}))["x"]
    assert (column[0].as_py(), str(column.type)) == expected


def test_columns_of_one_name_stay_apart() -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array(["a"])], names=["x", "x"])
    assert without_decimals(table).equals(table)


def test_numbers_are_told_from_the_rest() -> None:
    types = [pa.int8(), pa.float64(), pa.decimal128(3, 1), pa.bool_(), pa.string(), pa.date32()]
    schema = pa.schema([pa.field(str(index), type_) for index, type_ in enumerate(types)])
    assert numeric(schema) == [True, True, True, False, False, False]
