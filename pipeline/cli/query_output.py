"""The rows of a query, as a table on the screen or as CSV, JSON, Markdown or Parquet.

Text formats are UTF-8. NULL is an empty field in CSV and Markdown and `null` in JSON. Timestamps
are UTC: `2020-02-11 18:11:00`, in JSON `2020-02-11T18:11:00Z`. Rows are written batch by batch,
except for Parquet. A date or time that Python has no value for is written as DuckDB writes it, such
as `infinity`.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from rich.table import Table
from rich.text import Text

from pipeline.cli.console import PIPE_WIDTH, console, grid, pairs, show
from pipeline.core.errors import NewsloomError, UsageError
from pipeline.core.text import counted, json_text, plain, shown_lines
from pipeline.read.pandas_types import numeric, without_decimals

if TYPE_CHECKING:
    import pyarrow as pa
    from _typeshed import SupportsWrite

TABLE_ROWS = 100
"""Most rows of a query shown as a table; the other formats give all."""

GAP = 3
"""Blanks between two columns."""

USEFUL_WIDTH = 12
"""A column is not cut to less than this; a table that would need it is shown as records."""


class EscapingWriter:
    """Writes text to a terminal with every control character shown, not sent."""

    def write(self, text: str, /) -> None:
        """Write whole characters."""
        sys.stdout.write(shown_lines(text))


def format_of(output: Path | None) -> str:
    """Choose the format by the ending of the file's name. Errors: `UsageError` if it has none."""
    if output is None:
        return "table"
    endings = {".csv": "csv", ".json": "json", ".md": "markdown", ".parquet": "parquet"}
    try:
        return endings[output.suffix.lower()]
    except KeyError:
        raise UsageError(f"no format ends in {output.suffix!r}; give --format") from None


def write_rows(reader: pa.RecordBatchReader, form: str, output: Path | None) -> None:
    """Show the rows, or write them in a form of `FORMATS` to the file `output`, else to stdout.

    Errors: `UsageError` where the form does not suit the screen or the file.
    """
    if form == "table":
        if output is not None:
            raise UsageError(f"a table is for the screen; for a file choose {', '.join(FORMATS)}")
        show_rows(reader)
    elif output is not None:
        with replacing(output) as file:
            _write(reader, form, file)
    elif not sys.stdout.isatty():
        _write(reader, form, sys.stdout.buffer)
    elif form == "parquet":
        raise UsageError("Parquet is not for a terminal; give --output FILE")
    else:
        _TEXT_WRITERS[form](reader, EscapingWriter())


def _write(reader: pa.RecordBatchReader, form: str, sink: IO[bytes]) -> None:
    if form == "parquet":
        write_parquet(reader, sink)
        return
    text = io.TextIOWrapper(sink, encoding="utf-8", newline="")
    try:
        _TEXT_WRITERS[form](reader, text)
    finally:
        text.detach()


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that replaces the one at `path` only once it is complete.

    A link at `path` is replaced, and what it leads to stays as it is. Errors: `UsageError` where
    there is something else than a file, or no folder; `NewsloomError` where none can be written.
    """
    if not path.parent.exists():
        raise UsageError(f"{path.parent} is not there; {path.name} cannot be written")
    if path.exists() and not path.is_file():
        raise UsageError(f"{str(path)!r} is no file, and cannot be replaced by one")
    # Nobody can have foreseen the name, and "x" opens nothing that is there, be it a link.
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        opened = partial.open("xb")
    except OSError as error:
        raise NewsloomError(f"{path} cannot be written: {error.strerror}") from None
    with opened as file:
        try:
            yield file
            file.close()
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def write_csv(reader: pa.RecordBatchReader, sink: SupportsWrite[str]) -> None:
    """Write RFC 4180 CSV with a heading line and `\\n` line ends."""
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(reader.schema.names)
    writer.writerows(map(_texts, _rows(reader)))


def write_json(reader: pa.RecordBatchReader, sink: SupportsWrite[str]) -> None:
    """Write one JSON array with one object per row, each on its line."""
    names = reader.schema.names
    separator = "["
    for row in _rows(reader):
        fields = {name: as_json(value) for name, value in zip(names, row, strict=True)}
        sink.write(f"{separator}\n{json_text(fields)}")
        separator = ","
    sink.write("[]\n" if separator == "[" else "\n]\n")


def write_markdown(reader: pa.RecordBatchReader, sink: SupportsWrite[str]) -> None:
    """Write a Markdown table; numbers are aligned right, and no cell breaks out of its line."""
    rules = ["---:" if right else "---" for right in numeric(reader.schema)]
    for row in itertools.chain([reader.schema.names, rules], map(_texts, _rows(reader))):
        cells = (plain(text).replace("|", "\\|") for text in row)
        sink.write(f"| {' | '.join(cells)} |\n")


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


_TEXT_WRITERS: dict[str, Callable[[pa.RecordBatchReader, SupportsWrite[str]], None]] = {
    "csv": write_csv,
    "json": write_json,
    "markdown": write_markdown,
}
FORMATS = (*_TEXT_WRITERS, "parquet")
"""The formats a query can be written in, besides the table on the terminal."""


def show_rows(reader: pa.RecordBatchReader) -> None:
    """Show rows as a table; as one record below the other where a terminal is too narrow."""
    shown = list(itertools.islice(_rows(reader), TABLE_ROWS + 1))
    more = len(shown) > TABLE_ROWS
    names = [plain(name) for name in reader.schema.names]
    cells = [[_cell(value) for value in row] for row in shown[:TABLE_ROWS]]
    target = console()
    fitted = fit_columns(names, cells, target.width if target.is_terminal else PIPE_WIDTH)
    if fitted is None:
        for number, row in enumerate(cells, start=1):
            show(Text(f"row {number}", style="dim"), pairs(zip(names, row, strict=True)), "")
    else:
        show(_table(*fitted, cells, numeric(reader.schema)))
    count = f"first {TABLE_ROWS} rows; --format csv gives all"
    show(Text(f"({count if more else counted(len(shown), 'row')})", style="dim"))


def fit_columns(
    names: list[str], cells: list[list[Text]], room: int
) -> tuple[list[str], list[int]] | None:
    """Fit a table into `room` characters: its headings, folded if need be, and column widths.

    The widest columns are cut first. None where one would be cut to less than `USEFUL_WIDTH`.
    """
    longest = [max((row[at].cell_len for row in cells), default=0) for at in range(len(names))]
    room -= GAP * (len(names) - 1)
    whole = [max(len(name), wide) for name, wide in zip(names, longest, strict=True)]
    if sum(whole) <= room:
        return names, whole
    folded = [_fold(name) for name in names]
    least = [max(map(len, heading.split("\n"))) for heading in folded]
    for cut in range(max(USEFUL_WIDTH, min(room, max(whole))), USEFUL_WIDTH - 1, -1):
        widths = [max(low, min(cut, wide)) for low, wide in zip(least, longest, strict=True)]
        if sum(widths) <= room:
            return folded, widths
    return None


def _fold(name: str) -> str:
    """Break a heading behind underscores, so that it is no wider than it must be."""
    lines = [""]
    for part in name.replace("_", "_\n").split("\n"):
        if lines[-1] and len(lines[-1]) + len(part) > USEFUL_WIDTH:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _table(
    headings: list[str], widths: list[int], cells: list[list[Text]], right: list[bool]
) -> Table:
    table = grid()
    for heading, width, is_number in zip(headings, widths, right, strict=True):
        table.add_column(
            Text(heading),
            justify="right" if is_number else "left",
            no_wrap=True,
            overflow="ellipsis",
            width=width,
        )
    for row in cells:
        table.add_row(*row)
    return table


def _cell(value: object) -> Text:
    if value is None:
        return Text("NULL", style="dim")
    if isinstance(value, float) and math.isfinite(value):
        value = round(value, 4) if abs(value) >= 0.001 else float(f"{value:.4g}")
    return Text(plain(as_text(value)))


def _rows(reader: pa.RecordBatchReader) -> Iterator[tuple[Any, ...]]:
    """Yield each row as Python values, reading one batch at a time."""
    for batch in reader:
        yield from zip(*map(_values, batch.columns), strict=True)


def _values(column: pa.Array) -> list[Any]:
    """The values of a column; those beyond Python's dates as the text that DuckDB gives them."""
    try:
        return cast("list[Any]", column.to_pylist())
    except (OverflowError, ValueError):
        return [_value(*item) for item in zip(column, _duckdb_texts(column), strict=True)]


def _value(item: pa.Scalar, text: str | None) -> object:
    try:
        return item.as_py()
    except (OverflowError, ValueError):
        return text


def _duckdb_texts(column: pa.Array) -> list[str | None]:
    import duckdb
    import pyarrow as pa

    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        values = connection.from_arrow(pa.table({"value": column}))
        return [text for (text,) in values.project("cast(value as varchar)").fetchall()]


def _texts(row: Iterable[object]) -> list[str]:
    return ["" if value is None else as_text(value) for value in row]


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
    """Convert one value to what JSON can hold; NaN and infinities become null."""
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
