"""Options that several verbs of the command line share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def out_option(command: Command) -> Command:
    """Add `--out`, the folder of the build."""
    folder = click.Path(file_okay=False, path_type=Path)
    default = "data/processed"
    return click.option(
        "--out", type=folder, default=default, show_default=True, help="Folder of the build."
    )(command)


def json_option(command: Command) -> Command:
    """Add `--json`, output for machines."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")(
        command
    )
