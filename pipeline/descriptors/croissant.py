"""`croissant.json`: a build as ML Commons Croissant 1.0, for dataset search and loaders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.core.catalog import Column, Relation, relations
from pipeline.core.results import Archive
from pipeline.core.text import json_text

_TYPES = {
    "VARCHAR": "sc:Text",
    "BOOLEAN": "sc:Boolean",
    "INTEGER": "sc:Integer",
    "BIGINT": "sc:Integer",
    "DOUBLE": "sc:Float",
    "DATE": "sc:Date",
    "TIMESTAMP": "sc:DateTime",
}


def croissant(archive: Archive, digests: Mapping[str, str], sizes: Mapping[str, int]) -> str:
    """The description of a build: one file and one record set for each table and mart.

    `digests` are the SHA-256 and `sizes` the bytes of the files, by name. A licence, an author and
    a date of publication are left out: the archive does not say them, and nobody else may.
    """
    found = relations().values()
    described: dict[str, Any] = {
        "@context": json.loads(Path(__file__).with_name("croissant_context.json").read_bytes()),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": archive.name,
        "description": archive.description,
    }
    if archive.period:
        described["temporalCoverage"] = "/".join(archive.period)
    described["distribution"] = [_distribution(each, digests, sizes) for each in found]
    described["recordSet"] = [_record_set(each, digests) for each in found]
    return json_text(described, indent=2) + "\n"


def _distribution(
    relation: Relation, digests: Mapping[str, str], sizes: Mapping[str, int]
) -> dict[str, Any]:
    """The file of a relation, or the set of its parts, which has no digest."""
    if relation.file not in digests:
        return {
            "@type": "cr:FileSet",
            "@id": relation.file,
            "name": relation.file,
            "encodingFormat": "application/x-parquet",
            "includes": f"{relation.file}/*.parquet",
        }
    size, digest = sizes[relation.file], digests[relation.file]
    return {
        "@type": "cr:FileObject",
        "@id": relation.file,
        "name": relation.file,
        "contentUrl": relation.file,
        "contentSize": f"{size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": digest,
    }


def _record_set(relation: Relation, digests: Mapping[str, str]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": relation.name,
        "name": relation.name,
        "description": f"{relation.description} One row is {relation.grain}.",
        "key": [{"@id": f"{relation.name}/{name}"} for name in relation.key],
        "field": [_field(relation, column, digests) for column in relation.columns],
    }


def _field(relation: Relation, column: Column, digests: Mapping[str, str]) -> dict[str, Any]:
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{relation.name}/{column.name}",
        "name": column.name,
        "description": column.comment,
        "dataType": _TYPES[column.type],
        "source": _source(relation, column.name, digests),
    }
    for name, table, referred in relation.foreign_keys:
        if name == column.name:
            field["references"] = _source(relations()[table], referred, digests)
    return field


def _source(relation: Relation, column: str, digests: Mapping[str, str]) -> dict[str, Any]:
    """A column of a file or a set of files. References name these, too, and no field of a record
    set: mlcroissant reads record sets once only, and could not load a second table that refers to
    the same one."""
    kind = "fileObject" if relation.file in digests else "fileSet"
    return {kind: {"@id": relation.file}, "extract": {"column": column}}
