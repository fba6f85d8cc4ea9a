"""Print the figures of every validity test as one table: `python -m tests.validity [NAME ...]`."""

from __future__ import annotations

import importlib
import pkgutil
import sys

from rich.console import Console
from rich.table import Table

import tests.validity


def main(names: list[str]) -> None:
    """The modules named (`stories`, …), else all: what was planted, what was found, the target."""
    modules = [m.name for m in pkgutil.iter_modules(tests.validity.__path__)]
    console = Console()
    for module in sorted(name for name in modules if name.startswith("test_")):
        title = module.removeprefix("test_")
        if names and title not in names:
            continue
        table = Table("figure", "found", "target", title=title)
        for row in importlib.import_module(f"tests.validity.{module}").figures():
            table.add_row(*row)
        console.print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
