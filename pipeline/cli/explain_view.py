"""How an explanation is shown: a block per step, then each problem with its line and a caret."""

from __future__ import annotations

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.cli.console import show
from pipeline.core.text import plain
from pipeline.explain.explain import Explanation, Shown, Step

_STATUS = {"loaded": "bold green", "rejected": "bold red"}
_AROUND = 60
"""How much of a long line is shown before and after the caret, in characters."""


def show_explanation(explained: Explanation) -> None:
    """Print the steps, the problems, and what becomes of the file."""
    show(Text(plain(explained.source_path), style="bold"), "")
    for step in explained.steps:
        _show_step(step)
    for problem in explained.problems:
        _show_problem(problem)
    reason = f" ({explained.reason})" if explained.reason else ""
    style = _STATUS.get(explained.status, "bold")
    show(Text.assemble((explained.status, style), plain(reason)))


def _show_step(step: Step) -> None:
    table = Table.grid(padding=(0, 2))
    for name, text in step.found:
        table.add_row(Text(plain(name), style="dim"), Text(plain(text)))
    show(Text(step.name, style="bold"), Padding(table, (0, 0, 0, 2), expand=False), "")


def _show_problem(problem: Shown) -> None:
    style = "bold red" if problem.severity == "error" else "bold yellow"
    place = "" if problem.line is None else f" on line {problem.line:,}"
    where = f"{place} at {plain(problem.field)}" if problem.field else place
    show(Text.assemble((problem.code, style), f"  {problem.severity}{where}"))
    if problem.source is not None and problem.column is not None:
        text, column = _around(problem.source, problem.column)
        show(Text(f"  {text}"), Text(f"  {' ' * column}^", style=style))
    elif problem.line is not None:
        show(Text("  (a line that may hold something of secured is not shown)", style="dim"))
    show(Text(f"  {plain(problem.message)}"))
    if problem.raw_value is not None:
        show(Text(f"  value: {plain(problem.raw_value)}", style="dim"))
    show(Text(f"  {problem.cure}", style="dim"), "")


def _around(source: str, column: int) -> tuple[str, int]:
    """The part of a line around a 1-based column, made safe, and the 0-based place in it."""
    start = max(0, column - 1 - _AROUND)
    before, after = source[start : column - 1], source[column - 1 : column - 1 + _AROUND]
    cut = "…" if start else ""
    shown = plain(before)
    more = "…" if len(source) > column - 1 + _AROUND else ""
    return f"{cut}{shown}{plain(after)}{more}", len(cut) + len(shown)
