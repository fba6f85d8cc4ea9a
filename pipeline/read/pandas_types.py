"""From Arrow columns to types that every reader shows well; `pipeline.read.build` lists them.

Tables and marts hold BI-safe types only, but a query may give others: the sum of a BIGINT is a
HUGEINT, which arrives as DECIMAL(38, 0).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Turn Arrow rows into a frame: nullable strings, integers and booleans, times in UTC."""
    import pyarrow as pa

    columns = [_without_zone(_without_decimal(column)) for column in table.columns]
    plain = pa.Table.from_arrays(columns, names=table.column_names)
    frame: pd.DataFrame = plain.to_pandas(types_mapper=_dtypes().get)
    return frame


def without_decimals(table: pa.Table) -> pa.Table:
    """Cast whole DECIMAL and HUGEINT columns to BIGINT where they fit; all others to DOUBLE."""
    columns = [_without_decimal(column) for column in table.columns]
    return table.from_arrays(columns, names=table.column_names)


def numeric(schema: pa.Schema) -> list[bool]:
    """Whether each column holds numbers."""
    from pyarrow import types

    tests = (types.is_integer, types.is_floating, types.is_decimal)
    return [any(test(field.type) for test in tests) for field in schema]


@cache
def _dtypes() -> dict[Any, Any]:
    import pandas as pd
    import pyarrow as pa

    integers = [f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)]
    names = {"string": "string", "large_string": "string", "bool": "boolean"}
    names |= {name.lower(): name for name in integers}
    return {pa.type_for_alias(arrow): pd.api.types.pandas_dtype(n) for arrow, n in names.items()}


def _without_decimal(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    if not pa.types.is_decimal(column.type):
        return column
    if column.type.scale == 0:
        try:
            return column.cast(pa.int64())
        except pa.ArrowInvalid:  # beyond 64 bits
            pass
    return column.cast(pa.float64())


def _without_zone(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Make times and dates one kind, UTC without zone: pandas compares and joins no others, and has
    no dates of its own. A date is its midnight."""
    import pyarrow as pa

    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us"))
    return column
