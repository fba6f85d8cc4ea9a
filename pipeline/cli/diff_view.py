"""What `newsloom diff` shows on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from pipeline.cli.console import grid, show
from pipeline.core.text import plain

if TYPE_CHECKING:
    from pipeline.core.difference import Difference, Movement, RelationDifference, Segment

_COLUMNS_SHOWN = 3
"""Most columns shown of a table, those that changed in most rows."""

_SEGMENTS_SHOWN = 2
"""Most segments shown of each column of a mart."""


def show_difference(difference: Difference) -> None:
    """Show each table and mart that differs: its rows, its columns, and what moved most."""
    show(Text(f"{plain(difference.old)} → {plain(difference.new)}", style="bold"), "")
    headings = ("Rows before", "Rows after", "Added", "Removed", "Changed")
    table = grid("Name", *headings, "What changed or moved most", right=frozenset(headings))
    table.columns[0].no_wrap = True
    for each in difference.relations:
        counts = (each.rows_before, each.rows_after, each.added, each.removed, each.changed)
        what, *rest = [*_changes(each)] or [""]
        table.add_row(Text(each.name, style="bold"), *(f"{count:,}" for count in counts), what)
        for line in rest:
            table.add_row(*[""] * (len(headings) + 1), line)
    if difference.relations:
        show(table)
    same = ", ".join(difference.unchanged) or "nothing"
    show(Text(plain(f"Unchanged: {same}"), style="dim"))
    for what, names in (("new", difference.added), ("old", difference.removed)):
        if names:
            show(Text(plain(f"Only in the {what} build: {', '.join(names)}"), style="yellow"))


def change_lines(difference: Difference | None) -> Iterator[tuple[str, str]]:
    """What a run changed, in a line or two: its articles, and the segments that moved most."""
    compared = difference.relations if difference else ()
    changed = [_rows_changed(each) for each in compared if each.kind == "tables"]
    if changed:
        yield "Changed", "; ".join(changed)
    moved = [
        f"{movement.column} of {_segment(movement.segments[0])}"
        for each in compared
        for movement in main_movements(each.movements)
    ]
    if moved:
        yield "Moved", "; ".join(moved)


def _rows_changed(each: RelationDifference) -> str:
    """The rows of a table that differ, with the columns, but for those that describe raw files."""
    counts = (each.added, "added"), (each.removed, "removed"), (each.changed, "changed")
    told = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    columns = "" if each.name == "files" else ", ".join(_changes(each))
    return f"{each.name}: {told}{f' ({columns})' if columns else ''}"


def _changes(each: RelationDifference) -> Iterator[str]:
    """Lines on the columns of a table, or on the movements of a mart."""
    for what, names in (("new", each.columns_added), ("gone", each.columns_removed)):
        if names:
            yield plain(f"{what} columns: {', '.join(names)}")
    if each.movements:
        yield from map(movement_line, main_movements(each.movements))
    elif each.columns:
        most = list(each.columns.items())[:_COLUMNS_SHOWN]
        more = ", …" if len(each.columns) > len(most) else ""
        yield ", ".join(f"{name} {count:,}" for name, count in most) + more


def main_movements(movements: tuple[Movement, ...]) -> list[Movement]:
    """The first count of a mart that moved, and the first mean, rate or other fraction."""
    counts = [each for each in movements if each.column.endswith("_count")]
    others = [each for each in movements if each not in counts]
    return counts[:1] + others[:1]


def movement_line(movement: Movement) -> str:
    """A column, how far it moved, and its segments that moved most, as one line."""
    segments = "; ".join(map(_segment, movement.segments[:_SEGMENTS_SHOWN]))
    share = "" if movement.moved_share is None else f" {100 * movement.moved_share:.1f} %"
    return f"{movement.column}{share}: {segments}"


def _segment(each: Segment) -> str:
    return f"{plain(each.segment)} {_figure(each.before)} → {_figure(each.after)}"


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4g}"
