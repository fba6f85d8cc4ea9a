"""The rows of a query on the screen: a table, or records one below the other."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from pipeline.cli.console import PIPE_WIDTH, console, grid, show
from pipeline.cli.export import as_text, rows
from pipeline.core.text import plain
from pipeline.read.pandas_types import numeric

if TYPE_CHECKING:
    import pyarrow as pa

TABLE_ROWS = 100
"""Most rows of a query shown; the other formats give all."""

GAP = 3
"""Blanks between two columns."""

USEFUL_WIDTH = 12
"""A column is not cut to less than this; a table that would need it is shown as records."""


def show_rows(reader: pa.RecordBatchReader) -> None:
    """Show rows as a table; as one record below the other where a terminal is too narrow."""
    shown = list(itertools.islice(rows(reader), TABLE_ROWS + 1))
    more = len(shown) > TABLE_ROWS
    names = [plain(name) for name in reader.schema.names]
    cells = [[_cell(value) for value in row] for row in shown[:TABLE_ROWS]]
    target = console()
    fitted = _fitted(names, cells, target.width if target.is_terminal else PIPE_WIDTH)
    if fitted is None:
        show(*_records(names, cells))
    else:
        headings, widths = fitted
        show(_table(headings, widths, cells, numeric(reader.schema)))
    count = f"first {TABLE_ROWS} rows; --format csv gives all" if more else counted(len(shown))
    show(Text(f"({count})", style="dim"))


def counted(count: int) -> str:
    """Say how many rows."""
    return "1 row" if count == 1 else f"{count:,} rows"


def _cell(value: object) -> Text:
    if value is None:
        return Text("NULL", style="dim")
    if isinstance(value, float) and math.isfinite(value):
        value = round(value, 4) if abs(value) >= 0.001 else float(f"{value:.4g}")
    return Text(plain(as_text(value)))


def _fitted(
    names: list[str], cells: list[list[Text]], room: int
) -> tuple[list[str], list[int]] | None:
    """Fit a table into `room`: its headings, folded if need be, and the width of each column.

    The widest columns are cut first. None where one would be cut to less than `USEFUL_WIDTH`.
    """
    held = [max((row[place].cell_len for row in cells), default=0) for place in range(len(names))]
    room -= GAP * (len(names) - 1)
    whole = [max(len(name), wide) for name, wide in zip(names, held, strict=True)]
    if sum(whole) <= room:
        return names, whole
    folded = [_folded(name) for name in names]
    least = [max(map(len, heading.split("\n"))) for heading in folded]
    for cut in range(max(USEFUL_WIDTH, min(room, max(whole))), USEFUL_WIDTH - 1, -1):
        widths = [max(low, min(cut, wide)) for low, wide in zip(least, held, strict=True)]
        if sum(widths) <= room:
            return folded, widths
    return None


def _folded(name: str) -> str:
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
    for place, heading in enumerate(headings):
        table.add_column(
            Text(heading),
            justify="right" if right[place] else "left",
            no_wrap=True,
            overflow="ellipsis",
            width=widths[place],
        )
    for row in cells:
        table.add_row(*row)
    return table


def _records(names: list[str], cells: list[list[Text]]) -> list[Table | Text]:
    blocks: list[Table | Text] = []
    for number, row in enumerate(cells, start=1):
        record = Table.grid(padding=(0, 2))
        record.add_column(style="bold")
        record.add_column(overflow="fold")
        for name, value in zip(names, row, strict=True):
            record.add_row(Text(name), value)
        blocks += [Text(f"row {number}", style="dim"), record, Text("")]
    return blocks
