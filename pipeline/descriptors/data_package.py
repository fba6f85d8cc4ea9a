"""`datapackage.json`: a build as a Data Package, as Frictionless Data and others read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipeline.core.catalog import Column, Relation, relations
from pipeline.core.results import Archive
from pipeline.core.text import json_text

_PROFILES = "https://datapackage.org/profiles/2.0"
_TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}

# Readers that go through pandas show a NULL so; a text that reads so is a text.
_NULLS = {"INTEGER": "nan", "BIGINT": "nan", "DOUBLE": "nan", "TIMESTAMP": "NaT"}


def data_package(archive: Archive, digests: Mapping[str, str], rows: Mapping[str, int]) -> str:
    """The descriptor of a build: one resource for each table and mart, with its keys.

    `digests` are the SHA-256 of the files by name, `rows` the number of rows of each relation.
    There is no size in bytes: frictionless counts no bytes of a Parquet file, and would find each
    of them wrong.
    """
    resources = [_resource(each, digests, rows[each.name]) for each in relations().values()]
    package = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": _identifier(archive.name),
        "title": archive.name,
        "description": archive.description,
        "resources": resources,
    }
    return json_text(package, indent=2) + "\n"


def _identifier(name: str) -> str:
    """A name of lower-case letters, digits and hyphens; `archive` where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "archive"


def _resource(relation: Relation, digests: Mapping[str, str], rows: int) -> dict[str, Any]:
    """A resource of one file, or of its parts in their order, which together have no digest."""
    files = relation.files_in(digests)
    is_single = files == [relation.file]
    return {
        "name": relation.name,
        "type": "table",
        "path": relation.file if is_single else files,
        "description": relation.description,
        "grain": relation.grain,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        **({"hash": f"sha256:{digests[relation.file]}"} if is_single else {}),
        "rows": rows,
        "schema": {
            "$schema": f"{_PROFILES}/tableschema.json",
            "fields": [_field(column) for column in relation.columns],
            "primaryKey": list(relation.key),
            "foreignKeys": [_foreign_key(relation, *key) for key in relation.foreign_keys],
        },
    }


def _foreign_key(relation: Relation, column: str, table: str, referred: str) -> dict[str, Any]:
    """A reference in the words of a table schema, where a table calls itself by an empty name."""
    resource = "" if table == relation.name else table
    return {"fields": [column], "reference": {"resource": resource, "fields": [referred]}}


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.type],
        "description": column.meaning,
        "source": column.source,
    }
    if column.unit:
        field["unit"] = column.unit
    if column.nullable and column.type in _NULLS:
        field["missingValues"] = ["", _NULLS[column.type]]
    return field | {"constraints": _constraints(column)}


def _constraints(column: Column) -> dict[str, Any]:
    """What the generic checks ask of a column, in the words of a table schema."""
    number = float if column.type == "DOUBLE" else int
    bounds = zip(("minimum", "maximum"), column.bounds, strict=True)
    found: dict[str, Any] = {"required": not column.nullable}
    found |= {name: number(bound) for name, bound in bounds if bound}
    if column.values:
        found["enum"] = list(column.values)
    return found
