"""Arrow schemas of the tables and marts, rendered from their definitions."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from pipeline.core.catalog import Relation, as_defined


class _NoPandas:
    """An import hook under which there is no pandas."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:  # noqa: ARG004
        """Errors: `ImportError` for pandas; other modules are left to others."""
        if name == "pandas":
            raise ImportError(name)


def _settle_pandas() -> None:
    """Let pyarrow look for pandas once, in vain; it looks again when pandas is really needed.

    Its first conversion of Python values would import pandas otherwise, which takes longer than
    many a build.
    """
    if "pandas" not in sys.modules:
        hook = _NoPandas()
        sys.meta_path.insert(0, hook)
        try:
            pa.array([None])
        finally:
            sys.meta_path.remove(hook)


_settle_pandas()

_TYPES: dict[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}


def schema_of(relation: Relation) -> pa.Schema:
    """The schema with what each column means as field metadata, grain and key as file metadata."""
    fields = []
    for column in relation.columns:
        metadata = {"meaning": column.meaning, "source": column.source}
        if column.unit:
            metadata["unit"] = column.unit
        fields.append(pa.field(column.name, _TYPES[column.type], column.nullable, metadata))
    about = {
        "description": relation.description,
        "grain": relation.grain,
        "key": ", ".join(relation.key),
    }
    return pa.schema(fields, metadata=about)


def parsed_schema(relation: Relation) -> pa.Schema:
    """The columns of a tidy table that come from the raw files."""
    return pa.schema(
        [pa.field(each.name, _TYPES[each.type]) for each in relation.columns if each.parsed]
    )


@cache
def schema(name: str) -> pa.Schema:
    """The schema of a table or mart by name, without what a configuration adds to it."""
    return schema_of(as_defined(name))


def arrow_type(column_type: str) -> pa.DataType:
    """The type in Arrow of a type of columns."""
    return _TYPES[column_type]


def column_type(arrow: pa.DataType) -> str:
    """The type of columns that is a type in Arrow. Errors: `KeyError` where none is."""
    return {each: name for name, each in _TYPES.items()}[arrow]


def column_array(values: Sequence[Any], data_type: pa.DataType) -> pa.Array:
    """Python values as an Arrow array; timestamps are given in seconds, dates in days."""
    if pa.types.is_timestamp(data_type):
        return pa.array(values, pa.timestamp("s")).cast(data_type)
    if pa.types.is_date(data_type):
        return pa.array(values, pa.int32()).cast(data_type)
    return pa.array(values, data_type)


def table_of(name: str, rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Rows in the column order of the definition as a table of that schema."""
    wanted = schema(name)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(wanted)
    arrays = [
        column_array(values, field.type) for values, field in zip(columns, wanted, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=wanted)


def encoded(values: pa.Array) -> pa.Array:
    """Texts as a dictionary array, other values as they are."""
    return values.dictionary_encode() if pa.types.is_string(values.type) else values
