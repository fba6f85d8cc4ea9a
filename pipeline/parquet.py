"""Writes Parquet: parts of one row group each, joined into one file without decoding them.

zstd, V1 pages, dictionary encoding, statistics; no clock and no path in the bytes. The same parts
in the same order give the same file.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.parquet_footer import BINARY, I64, LIST, STRUCT, CompactReader, Struct, encode

MAGIC = b"PAR1"
_DICTIONARY_BYTES = 64 * 1024 * 1024
_ROWS, _ROW_GROUPS, _KEY_VALUES = 3, 4, 5
_FILE_OFFSET, _ORDINAL = 5, 7
_COLUMN_FILE_OFFSET, _COLUMN_METADATA = 2, 3
_PAGE_OFFSETS = (9, 10, 11)  # data, index and dictionary page


def write_part(table: pa.Table, schema: pa.Schema, path: Path) -> None:
    """Write a table as one row group (none where it has no rows), dictionary columns as such.

    `schema` says which columns are never null; columns of it that `table` lacks are left out.
    """
    fields = [field.with_nullable(schema.field(field.name).nullable) for field in table.schema]
    plain = pa.Table.from_arrays(table.columns, schema=pa.schema(fields))
    with pq.ParquetWriter(
        path,
        plain.schema,
        compression="zstd",
        version="2.6",
        data_page_version="1.0",
        store_schema=False,
        dictionary_pagesize_limit=_DICTIONARY_BYTES,
    ) as writer:
        if plain.num_rows:
            writer.write_table(plain, row_group_size=plain.num_rows)


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table as a complete file with its schema's metadata."""
    write_part(table, table.schema, path)
    join_parts([path.rename(path.with_suffix(".part"))], table.schema, path)
    path.with_suffix(".part").unlink()


def join_parts(parts: Iterable[Path], schema: pa.Schema, target: Path) -> int:
    """Write the row groups of `parts`, in this order, as one file; gives its number of rows.

    `schema` gives the file its column and file metadata; every part has its columns.
    """
    footer: Struct | None = None
    row_groups: list[Struct] = []
    rows = 0
    with target.open("wb") as out:
        out.write(MAGIC)
        for part in parts:
            with part.open("rb") as stream:
                read, length = _read_footer(stream)
                footer = footer or read
                groups = _field(read, _ROW_GROUPS)[1]
                shift = out.tell() - len(MAGIC)
                for group in groups:
                    row_groups.append(_moved(group, shift, len(row_groups)))
                rows += _field(read, _ROWS)
                _copy(stream, out, length)
        if footer is None:
            raise ValueError("a Parquet file needs at least one part, if an empty one")
        _write_footer(out, footer, row_groups, rows, schema)
    return rows


def _read_footer(stream: IO[bytes]) -> tuple[Struct, int]:
    """The footer of a part and the number of bytes before it."""
    end = stream.seek(-8, 2)
    size = int.from_bytes(stream.read(4), "little")
    stream.seek(end - size)
    return CompactReader(stream.read(size)).struct(), end - size


def _copy(stream: IO[bytes], out: IO[bytes], length: int) -> None:
    stream.seek(len(MAGIC))
    left = length - len(MAGIC)
    while left > 0:
        chunk = stream.read(min(left, 1 << 20))
        out.write(chunk)
        left -= len(chunk)


def _field(struct: Struct, number: int) -> Any:
    return next(value for field, _, value in struct if field == number)


def _replaced(struct: Struct, values: dict[int, tuple[int, Any]]) -> Struct:
    kept = [field for field in struct if field[0] not in values]
    added = [(number, wire, value) for number, (wire, value) in values.items()]
    return sorted(kept + added, key=lambda field: field[0])


def _moved(group: Struct, shift: int, ordinal: int) -> Struct:
    """A row group whose bytes lie `shift` further on."""
    moved: Struct = []
    for number, wire, value in group:
        if wire == LIST and number == 1:
            value = (value[0], [_moved_column(column, shift) for column in value[1]])
        elif number == _FILE_OFFSET:
            value += shift
        elif number == _ORDINAL:
            value = ordinal
        moved.append((number, wire, value))
    return moved


def _moved_column(column: Struct, shift: int) -> Struct:
    moved: Struct = []
    for number, wire, value in column:
        if number == _COLUMN_FILE_OFFSET and value:
            value += shift
        elif number == _COLUMN_METADATA:
            value = [
                (field, kind, inner + shift if field in _PAGE_OFFSETS else inner)
                for field, kind, inner in value
            ]
        moved.append((number, wire, value))
    return moved


def _write_footer(
    out: IO[bytes], footer: Struct, row_groups: list[Struct], rows: int, schema: pa.Schema
) -> None:
    key_values = {b"ARROW:schema": base64.b64encode(schema.serialize().to_pybytes())}
    key_values.update(schema.metadata or {})
    pairs = [[(1, BINARY, key), (2, BINARY, value)] for key, value in key_values.items()]
    encoded = encode(
        _replaced(
            footer,
            {
                _ROWS: (I64, rows),
                _ROW_GROUPS: (LIST, (STRUCT, row_groups)),
                _KEY_VALUES: (LIST, (STRUCT, pairs)),
            },
        )
    )
    out.write(encoded + len(encoded).to_bytes(4, "little") + MAGIC)


