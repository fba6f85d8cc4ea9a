"""Writes Parquet: parts of one row group each, joined into one file without decoding them.

zstd, V1 pages, dictionary encoding, statistics; no clock and no path in the bytes. The same parts
in the same order give the same file. A complete file is sealed with its SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.fingerprint import MAGIC, SEAL, UNSEALED
from pipeline.parquet_footer import (
    BINARY,
    I64,
    LIST,
    STRUCT,
    CompactReader,
    Opened,
    Pieces,
    Struct,
    encode,
    filled,
    pieces_of,
)

_DICTIONARY_BYTES = 64 * 1024 * 1024
GROUP_ROWS = 122_880
"""Most rows of a row group: as many as one of DuckDB's own has."""

_COPY_BYTES = 1 << 20

# Field numbers of the footer's structs, by the Parquet format.
_ROWS, _ROW_GROUPS, _KEY_VALUES = 3, 4, 5
_GROUP_COLUMNS = 1
_COLUMN_METADATA = 3
_NAME, _COMPRESSED_SIZE, _DATA_PAGE, _DICTIONARY_PAGE = 3, 7, 9, 11
_GROUP_FILE_OFFSET, _GROUP_ORDINAL = 5, 7
_PAGE_OFFSETS: Opened = {9: None, 10: None, 11: None}  # data, index and dictionary page
_OFFSETS: Opened = {
    _GROUP_COLUMNS: {_COLUMN_METADATA: _PAGE_OFFSETS},
    _GROUP_FILE_OFFSET: None,
}


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of a part: enough to join it without reading its footer again.

    `length` is where its pages end, `groups` its row groups with open offsets, `columns` the
    SHA-256 of each column's pages, `sha256` that of the whole file.
    """

    rows: int
    length: int
    sha256: str
    columns: dict[str, str]
    groups: list[Pieces]
    footer: bytes


def _write_groups(schema: pa.Schema, groups: Iterable[pa.Table], sink: pa.NativeFile) -> None:
    """Write row groups as a Parquet file, as they come."""
    with pq.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        version="2.6",
        data_page_version="1.0",
        store_schema=False,
        dictionary_pagesize_limit=_DICTIONARY_BYTES,
    ) as writer:
        for group in groups:
            writer.write_table(group)


def _groups_of(table: pa.Table) -> Iterator[pa.Table]:
    """The row groups of a table; none where it has no rows."""
    for start in range(0, table.num_rows, GROUP_ROWS):
        yield table.slice(start, GROUP_ROWS)


def _regrouped(rows: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Batches of whatever size as row groups, so that the file does not depend on theirs."""
    nothing = rows.schema.empty_table()
    waiting = nothing
    for batch in rows:
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
        while waiting.num_rows >= GROUP_ROWS:
            group = waiting.slice(0, GROUP_ROWS).combine_chunks()
            # Not a slice without rows, which would keep in memory what it is a slice of.
            waiting = waiting.slice(GROUP_ROWS) if waiting.num_rows > GROUP_ROWS else nothing
            yield group
    if waiting.num_rows:
        yield waiting.combine_chunks()


def _opened(data: memoryview) -> tuple[int, Struct]:
    """Where the pages of a Parquet file end, and its footer."""
    end = len(data) - 8
    end -= int.from_bytes(data[end : end + 4], "little")
    return end, CompactReader(bytes(data[end:])).struct()


def write_part(table: pa.Table, schema: pa.Schema, path: Path) -> Part:
    """Write a table as row groups (none where it has no rows), dictionary columns as such.

    `schema` says which columns are never null; columns of it that `table` lacks are left out.
    """
    fields = [field.with_nullable(schema.field(field.name).nullable) for field in table.schema]
    table = pa.Table.from_arrays(table.columns, schema=pa.schema(fields))
    sink = pa.BufferOutputStream()
    _write_groups(table.schema, _groups_of(table), sink)
    data = memoryview(sink.getvalue())
    path.write_bytes(data)
    end, footer = _opened(data)
    return Part(
        rows=_field(footer, _ROWS),
        length=end,
        sha256=hashlib.sha256(data).hexdigest(),
        columns=_digests(data, footer),
        groups=_groups(footer),
        footer=encode(_bare(footer)),
    )


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the number of rows, and the SHA-256 of the file."""

    rows: int
    sha256: str


def write_rows(rows: pa.RecordBatchReader, path: Path) -> Written:
    """Write rows as they come as a complete file with the metadata of their schema."""
    with pa.OSFile(str(path), "wb") as sink:
        _write_groups(rows.schema, _regrouped(rows), sink)
    with path.open("r+b") as file:
        with mmap(file.fileno(), 0, access=ACCESS_READ) as mapped, memoryview(mapped) as data:
            end, footer = _opened(data)
            digest = hashlib.sha256(data[:end])
        file.seek(end)
        file.truncate()
        out = _HashedFile(file, digest)
        count = _field(footer, _ROWS)
        groups = [filled(group, 0) for group in _groups(footer)]
        _write_footer(out, _bare(footer), groups, count, rows.schema)
    return Written(count, out.sha256)


def _digests(data: memoryview, footer: Struct) -> dict[str, str]:
    """The SHA-256 of each column's pages, over all row groups."""
    digests: dict[str, Any] = {}
    for group in _field(footer, _ROW_GROUPS)[1]:
        for column in _field(group, _GROUP_COLUMNS)[1]:
            metadata = _field(column, _COLUMN_METADATA)
            name = b".".join(_field(metadata, _NAME)[1]).decode()
            digest = digests.setdefault(name, hashlib.sha256())
            start = _field(metadata, _DICTIONARY_PAGE) or _field(metadata, _DATA_PAGE)
            digest.update(data[start : start + _field(metadata, _COMPRESSED_SIZE)])
    return {name: digest.hexdigest() for name, digest in digests.items()}


def _groups(footer: Struct) -> list[Pieces]:
    return [_movable(group) for group in _field(footer, _ROW_GROUPS)[1]]


def _bare(footer: Struct) -> Struct:
    """A footer without what it says of row groups and of the file as a whole."""
    return _replaced(footer, {_ROW_GROUPS: None, _ROWS: None, _KEY_VALUES: None})


class _HashedFile:
    """A file being written, and the SHA-256 of what was written; `digest` is that of its start."""

    def __init__(self, file: IO[bytes], digest: hashlib._Hash) -> None:
        self._file = file
        self._digest = digest

    def write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._digest.update(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def sha256_with(self, data: bytes) -> str:
        """The SHA-256 that it would have with these bytes at its end."""
        digest = self._digest.copy()
        digest.update(data)
        return digest.hexdigest()


def join_parts(parts: Iterable[tuple[Path, Part]], schema: pa.Schema, target: Path) -> str:
    """Write the row groups of `parts`, in this order, as one file; gives the file's SHA-256.

    `schema` gives the file its column and file metadata; every part has its columns.
    """
    footer = b""
    groups: list[bytes] = []
    rows = 0
    with target.open("wb") as file:
        out = _HashedFile(file, hashlib.sha256())
        out.write(MAGIC)
        at = len(MAGIC)
        for path, part in parts:
            footer = part.footer
            groups += [filled(group, at - len(MAGIC)) for group in part.groups]
            rows += part.rows
            if part.rows:
                _copy(path, out, part.length)
                at += part.length - len(MAGIC)
        if not footer:
            raise ValueError("a Parquet file needs at least one part, if an empty one")
        _write_footer(out, CompactReader(footer).struct(), groups, rows, schema)
    return out.sha256


def _copy(path: Path, out: _HashedFile, length: int) -> None:
    with path.open("rb") as stream:
        stream.seek(len(MAGIC))
        left = length - len(MAGIC)
        while left > 0:
            chunk = stream.read(min(left, _COPY_BYTES))
            if not chunk:
                raise EOFError(f"{path} is shorter than it was")
            out.write(chunk)
            left -= len(chunk)


def _field(struct: Struct, number: int) -> Any:
    return next((value for field, _, value in struct if field == number), None)


def _replaced(struct: Struct, values: dict[int, tuple[int, Any] | None]) -> Struct:
    """The struct with fields replaced, or removed where the value is None."""
    kept = [field for field in struct if field[0] not in values]
    added = [(number, *value) for number, value in values.items() if value is not None]
    return sorted(kept + added, key=lambda field: field[0])


def _movable(group: Struct) -> Pieces:
    """A row group whose offsets are left open; it forgets its place among the others."""
    return pieces_of(_replaced(group, {_GROUP_ORDINAL: None}), _OFFSETS)


def _write_footer(
    out: _HashedFile, footer: Struct, groups: list[bytes], rows: int, schema: pa.Schema
) -> None:
    key_values = {b"ARROW:schema": base64.b64encode(schema.serialize().to_pybytes())}
    key_values[SEAL] = UNSEALED
    key_values.update(schema.metadata or {})
    pairs = [[(1, BINARY, key), (2, BINARY, value)] for key, value in key_values.items()]
    encoded = encode(
        _replaced(
            footer,
            {
                _ROWS: (I64, rows),
                _ROW_GROUPS: (LIST, (STRUCT, groups)),
                _KEY_VALUES: (LIST, (STRUCT, pairs)),
            },
        )
    )
    encoded = encoded.replace(UNSEALED, out.sha256_with(encoded).encode(), 1)
    out.write(encoded + len(encoded).to_bytes(4, "little") + MAGIC)
