"""What a Parquet file may hold so that every BI tool reads it, read from the file itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.core.catalog import Relation
from tests.thrift import read_struct

ALLOWED = {
    "VARCHAR": ("BYTE_ARRAY", "String"),
    "BOOLEAN": ("BOOLEAN", "None"),
    "INTEGER": ("INT32", ("None", "Int(bitWidth=32, isSigned=true)")),
    "BIGINT": ("INT64", ("None", "Int(bitWidth=64, isSigned=true)")),
    "DOUBLE": ("DOUBLE", "None"),
    "DATE": ("INT32", "Date"),
    "TIMESTAMP": ("INT64", "Timestamp(isAdjustedToUTC=false, timeUnit=microseconds"),
}
"""Per type of the contract the physical type and how the logical type starts."""

_DATA_PAGE, _DICTIONARY_PAGE = 0, 2
_LARGEST = 2**53


def violations(path: Path, relation: Relation) -> list[str]:
    """All that is not as the contract and the definition want it."""
    file = pq.ParquetFile(path)
    return [
        *_of_columns(file, relation),
        *_of_metadata(file, relation),
        *_of_chunks(file, path),
        *_of_values(file.read()),
    ]


def _of_columns(file: pq.ParquetFile, relation: Relation) -> Iterator[str]:
    names = [file.schema.column(number).path for number in range(len(file.schema))]
    if names != list(relation.column_names):
        yield f"columns {names}, defined {list(relation.column_names)}"
        return
    for number, wanted in enumerate(relation.columns):
        column = file.schema.column(number)
        physical, logical = ALLOWED[wanted.type]
        if column.physical_type != physical or not str(column.logical_type).startswith(logical):
            yield f"{wanted.name}: {column.physical_type} {column.logical_type}"
        if column.max_repetition_level:
            yield f"{wanted.name}: nested"
        if column.max_definition_level != int(wanted.nullable):
            yield f"{wanted.name}: may be NULL, or not, against its definition"


def _of_metadata(file: pq.ParquetFile, relation: Relation) -> Iterator[str]:
    about = file.metadata.metadata or {}
    wanted = {
        "description": relation.description,
        "grain": relation.grain,
        "key": ", ".join(relation.key),
    }
    for name, text in wanted.items():
        if about.get(name.encode()) != text.encode():
            yield f"file metadata: {name} is {about.get(name.encode())!r}"
    schema = file.schema_arrow
    for column in relation.columns:
        known = schema.field(column.name).metadata or {} if column.name in schema.names else {}
        if known.get(b"meaning") != column.meaning.encode():
            yield f"{column.name}: its meaning is {known.get(b'meaning')!r}"
        if known.get(b"unit") != (column.unit.encode() if column.unit else None):
            yield f"{column.name}: its unit is {known.get(b'unit')!r}"


def _of_chunks(file: pq.ParquetFile, path: Path) -> Iterator[str]:
    content = path.read_bytes()
    for group in range(file.metadata.num_row_groups):
        for number in range(file.metadata.num_columns):
            chunk = file.metadata.row_group(group).column(number)
            if chunk.compression != "ZSTD":
                yield f"{chunk.path_in_schema}: compression {chunk.compression}"
            start = chunk.dictionary_page_offset or chunk.data_page_offset
            kinds = set(page_kinds(content[start : start + chunk.total_compressed_size]))
            if _DATA_PAGE not in kinds or kinds - {_DATA_PAGE, _DICTIONARY_PAGE}:
                yield f"{chunk.path_in_schema}: page kinds {sorted(kinds)}"


def page_kinds(chunk: bytes) -> Iterator[int]:
    """The kind of each page of a column chunk, from the page headers (3 is a V2 data page)."""
    place = 0
    while place < len(chunk):
        header, place = read_struct(chunk, place)
        yield header[1]
        place += header[3]


def _of_values(table: pa.Table) -> Iterator[str]:
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_float64(column.type):
            sound = pc.is_finite(column)
        elif pa.types.is_int64(column.type):
            sound = pc.less(pc.abs(column), _LARGEST)
        elif pa.types.is_timestamp(column.type):
            micros = column.cast(pa.int64())
            seconds = pc.multiply(pc.divide(micros, 1_000_000), 1_000_000)
            sound = pc.equal(seconds, micros) if column.type.unit == "us" else pc.is_null(column)
        else:
            continue
        if not pc.all(sound, min_count=0).as_py():
            yield f"{name}: values no reader can be trusted with"
