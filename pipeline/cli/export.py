"""The rows of a query as CSV, JSON, Markdown or Parquet.

Text formats are UTF-8. NULL is an empty field in CSV and Markdown and `null` in JSON. Timestamps
are UTC: `2020-02-11 18:11:00`, in JSON `2020-02-11T18:11:00Z`. Rows are written batch by batch,
except for Parquet. A date or time that Python has no value for is written as DuckDB writes it, such
as `infinity`.
"""

from __future__ import annotations

import csv
import io
import json
import math
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from pipeline.core.errors import UsageError
from pipeline.core.text import json_text, plain, shown_lines
from pipeline.read.pandas_types import numeric, without_decimals

if TYPE_CHECKING:
    import pyarrow as pa


def rows(reader: pa.RecordBatchReader) -> Iterator[tuple[Any, ...]]:
    """Yield each row as Python values, reading one batch at a time."""
    for batch in reader:
        yield from zip(*map(_values, batch.columns), strict=True)


def _values(column: pa.Array) -> list[Any]:
    """The values of a column; those beyond Python's dates as the text that DuckDB gives them."""
    try:
        return cast("list[Any]", column.to_pylist())
    except (OverflowError, ValueError):
        return [_value(item, text) for item, text in zip(column, _texts(column), strict=True)]


def _value(item: pa.Scalar, text: str | None) -> object:
    try:
        return item.as_py()
    except (OverflowError, ValueError):
        return text


def _texts(column: pa.Array) -> list[str | None]:
    import duckdb
    import pyarrow as pa

    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        values = connection.from_arrow(pa.table({"value": column}))
        return [text for (text,) in values.project("cast(value as varchar)").fetchall()]


def write_csv(reader: pa.RecordBatchReader, sink: IO[bytes]) -> None:
    """Write RFC 4180 CSV with a heading line and `\\n` line ends."""
    text = io.TextIOWrapper(sink, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(reader.schema.names)
    for row in rows(reader):
        writer.writerow(["" if value is None else as_text(value) for value in row])
    text.flush()
    text.detach()


def write_json(reader: pa.RecordBatchReader, sink: IO[bytes]) -> None:
    """Write one JSON array with one object per row, each on its line."""
    names = reader.schema.names
    separator = "["
    for row in rows(reader):
        fields = {name: as_json(value) for name, value in zip(names, row, strict=True)}
        sink.write(f"{separator}\n{json_text(fields)}".encode())
        separator = ","
    sink.write(b"[]\n" if separator == "[" else b"\n]\n")


def write_markdown(reader: pa.RecordBatchReader, sink: IO[bytes]) -> None:
    """Write a Markdown table; numbers are aligned right, and no cell breaks out of its line."""
    rules = ["---:" if right else "---" for right in numeric(reader.schema)]
    sink.write(_markdown_line(_cell(name) for name in reader.schema.names))
    sink.write(_markdown_line(rules))
    for row in rows(reader):
        sink.write(_markdown_line("" if value is None else _cell(as_text(value)) for value in row))


def write_parquet(reader: pa.RecordBatchReader, sink: IO[bytes]) -> None:
    """Write Parquet, zstd, with no DECIMAL column: see `pipeline.read.pandas_types`.

    Errors: `UsageError` where Parquet has no such type.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        pq.write_table(without_decimals(reader.read_all()), sink, compression="zstd")
    except pa.ArrowNotImplementedError as error:
        raise UsageError(f"{error}; cast that column to VARCHAR, or choose csv or json") from None


WRITERS: dict[str, Callable[[pa.RecordBatchReader, IO[bytes]], None]] = {
    "csv": write_csv,
    "json": write_json,
    "markdown": write_markdown,
    "parquet": write_parquet,
}
"""The formats a query can be written in, besides the table on the terminal."""


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes the place of `path` only once it is complete.

    A link at `path` is replaced, and what it leads to stays as it is. Errors: `UsageError` where
    there is something else than a file.
    """
    if path.exists() and not path.is_file():
        raise UsageError(f"{str(path)!r} is no file, and cannot be replaced by one")
    # Nobody can have foreseen the name, and "x" opens nothing that is there, be it a link.
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")
    with partial.open("xb") as file:
        try:
            yield file
            file.close()
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


class ForTerminal(io.RawIOBase):
    """A sink that passes UTF-8 on to a terminal, with every control character shown, not sent."""

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink = sink

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Pass on whole characters."""
        self._sink.write(shown_lines(bytes(data).decode()).encode())
        return len(data)


def as_text(value: object) -> str:
    """Write one value that is not NULL as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _utc(value).isoformat(sep=" ")
    if isinstance(value, list | dict):
        return json.dumps(as_json(value), ensure_ascii=False)
    return str(value)


def as_json(value: object) -> object:
    """Turn one value into what JSON can hold; NaN and infinities become null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return f"{_utc(value).isoformat()}Z"
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _cell(text: str) -> str:
    return plain(text).replace("|", "\\|")


def _markdown_line(cells: Iterable[str]) -> bytes:
    return f"| {' | '.join(cells)} |\n".encode()
