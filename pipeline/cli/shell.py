"""`newsloom sql` without a query, on a terminal: one SELECT after the other, until `.quit`.

Lines can be edited and recalled, and the tab key completes names, by the `readline` of Python's own
library. A query ends with a semicolon. What was typed is forgotten at the end, unless
NEWSLOOM_HISTORY names a file for it: newsloom writes nowhere unasked.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.console import show_error
from pipeline.cli.query_output import show_rows
from pipeline.cli.views import show_column, show_relation, show_tables
from pipeline.core.catalog import column, relation, relations
from pipeline.core.errors import NewsloomError

if TYPE_CHECKING:
    from pipeline.read.build import Build

HELP = "End a query with a semicolon. .tables  .describe TABLE[.COLUMN]  .help  .quit (or Ctrl-D)"

_KEYWORDS = "select from where group by order by having limit join using with count sum avg"
_COMMANDS = (".tables", ".describe", ".help", ".quit")


def run_shell(build: Build) -> None:
    """Read queries and commands, and answer each, until the input ends or `.quit`."""
    click.echo(f"{build}\n{HELP}")
    with _line_editing():
        for text in _statements():
            try:
                _answer(build, text)
            except NewsloomError as error:
                show_error(error)
            except KeyboardInterrupt:
                show_error("interrupted")


def _answer(build: Build, text: str) -> None:
    """Answer a query or a command. Errors: `NewsloomError`, with what is wrong in it."""
    import duckdb

    command, _, name = text.partition(" ")
    if command == ".tables":
        show_tables(build.contents())
    elif command == ".describe" and "." in name:
        show_column(column(name), name.partition(".")[0])
    elif command == ".describe":
        show_relation(relation(name), build.rows.get(name))
    elif command.startswith("."):
        click.echo(HELP)
    else:
        try:
            show_rows(build.reader(text))
        except duckdb.Error as error:  # of a value, met while reading
            show_error(error)


def _statements() -> Iterator[str]:
    """What is typed: commands of one line, and queries up to their semicolon."""
    lines: list[str] = []
    while True:
        try:
            line = input("    ...> " if lines else "newsloom> ").strip()
        except EOFError:
            click.echo()
            return
        except KeyboardInterrupt:  # forget what was begun
            click.echo()
            lines.clear()
            continue
        if not lines and line == ".quit":
            return
        if not lines and line.startswith("."):
            yield line
        elif line:
            lines.append(line)
            if line.endswith(";"):
                yield "\n".join(lines)
                lines.clear()


@contextmanager
def _line_editing() -> Iterator[None]:
    """Within the block lines can be edited and completed; Ctrl-C ends a query, not the shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    history = os.environ.get("NEWSLOOM_HISTORY")
    try:
        import readline
    except ImportError:  # a Python built without it
        readline = None  # type: ignore[assignment]
    if readline:
        readline.set_completer(complete)
        readline.set_completer_delims(" \t\n(),;=<>")
        readline.parse_and_bind("tab: complete")
        if history and Path(history).exists():
            readline.read_history_file(history)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if readline and history:
            with suppress(OSError):
                readline.write_history_file(history)


def complete(typed: str, index: int) -> str | None:
    """The name at `index` of those that begin as typed: tables, columns, commands, words of SQL."""
    table, dot, _ = typed.rpartition(".")
    if dot and table in relations():
        names = [f"{table}.{name}" for name in relations()[table].column_names]
    else:
        columns = {name for each in relations().values() for name in each.column_names}
        names = [*_COMMANDS, *sorted(columns | relations().keys()), *_KEYWORDS.split()]
    found = [name for name in names if name.startswith(typed)]
    return found[index] if index < len(found) else None
