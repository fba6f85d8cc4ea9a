"""What reaches the terminal, and in which form.

On a terminal: colour, boxes and progress, to its width. In a pipe or file: plain text without any
control character, each row on one line, however long, so that the output depends on the data alone.
Text of the data is never trusted: control and direction-changing characters are shown, not sent.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.core.text import json_text, plain

if TYPE_CHECKING:
    from rich import progress as bars

Progress = Callable[[str, int, int], None]
"""Called with a stage of the build, and how much of it is done, of how much."""

PIPE_WIDTH = 100_000_000
"""Columns of a line in a pipe: enough never to cut or fold one."""

STAGES = {
    "fetch": "Fetching",
    "read": "Reading files",
    "marts": "Making marts",
    "checks": "Checking",
    "publish": "Publishing",
}
"""The stages of a build as shown, in order."""


def console(*, stderr: bool = False) -> Console:
    """Open a console on stdout or stderr that takes text literally."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPE_WIDTH
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


def show(*renderables: RenderableType) -> None:
    """Print each to stdout; in a pipe without the blanks that pad a line."""
    target = console()
    with target.capture() as capture:
        for renderable in renderables:
            target.print(renderable)
    text = capture.get()
    if not target.is_terminal:
        text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    sys.stdout.write(text)


def show_json(value: object) -> None:
    """Print a value as indented JSON, for machines; a dataclass as an object of its fields."""
    sys.stdout.write(json_text(value, indent=2) + "\n")


def show_error(message: object) -> None:
    """Print an error to stderr, in red on a terminal; line breaks of the message are kept."""
    text = "\n".join(plain(line) for line in str(message).splitlines())
    if sys.stderr.isatty():
        console(stderr=True).print(Text.assemble(("error: ", "bold red"), text), soft_wrap=True)
    else:
        sys.stderr.write(f"error: {text}\n")


def grid(*headings: str, right: frozenset[str] = frozenset()) -> Table:
    """Begin a table with a rule under its headings; those in `right` are for numbers."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right" if heading in right else "left")
    return table


def pairs(rows: Iterable[tuple[str, str | Text]], style: str = "bold") -> Table:
    """Make a table of names in `style` and what belongs to each; a text is made plain."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style=style)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(plain(name), value if isinstance(value, Text) else plain(value))
    return table


@contextmanager
def progress(*, silent: bool = False) -> Iterator[Progress | None]:
    """Show the stages of a build on stderr with time remaining, then remove them.

    Gives None, and shows nothing, where it is to be silent or stderr is no terminal.
    """
    if silent or not sys.stderr.isatty() or console(stderr=True).is_dumb_terminal:
        yield None
        return
    from rich import progress as bars  # only a terminal needs it

    columns = (
        bars.TextColumn("{task.description:<14}"),
        bars.BarColumn(bar_width=24),
        bars.MofNCompleteColumn(),
        bars.TextColumn("{task.fields[rate]}", style="dim"),
        bars.TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    )
    with bars.Progress(*columns, console=console(stderr=True), transient=True) as display:
        yield _follow(display)


def _follow(display: bars.Progress) -> Progress:
    """Make the function that moves the bars."""
    tasks: dict[str, bars.TaskID] = {}

    def move(stage: str, done: int, total: int) -> None:
        """Show how far a stage is; a new stage completes the ones before."""
        if stage not in tasks:
            for before in display.tasks:
                display.update(before.id, completed=before.total)
            tasks[stage] = display.add_task(STAGES.get(stage, stage), total=total, rate="")
        display.update(tasks[stage], completed=done, total=total)
        speed = display.tasks[-1].speed if stage == "read" else None
        display.update(tasks[stage], rate=f"{speed:,.0f}/s" if speed else "")

    return move
