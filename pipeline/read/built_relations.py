"""The relations of a build that are not as they are defined: a configuration has changed them."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from pipeline.core.arrow_schema import column_type
from pipeline.core.catalog import Column, Relation
from pipeline.core.configured_relations import IN_THE_ZONE, added_column


def as_built(relation: Relation, schema: pa.Schema) -> Relation:
    """A relation with what the Parquet file of a build adds to its definition: more columns, and
    columns that may be NULL or days of a zone, and say so."""
    fields = {field.name: field for field in schema}
    defined = [_changed(each, fields.pop(each.name, None)) for each in relation.columns]
    return replace(relation, columns=(*defined, *map(_added, fields.values())))


def _changed(column: Column, field: pa.Field | None) -> Column:
    meaning = _about(field, "meaning") if field is not None else ""
    if field is None or not meaning or meaning == column.meaning:
        return column
    if not field.nullable and IN_THE_ZONE not in meaning:
        return column
    return replace(column, nullable=field.nullable, meaning=meaning)


def _added(field: pa.Field) -> Column:
    about = (_about(field, "meaning"), _about(field, "source"))
    return added_column(field.name, column_type(field.type), *about)


def _about(field: pa.Field, key: str) -> str:
    value: bytes = (field.metadata or {}).get(key.encode(), b"")
    return value.decode()
