"""Options that several verbs of the command line share."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click

from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.paths import Place

FOREVER = float("inf")
"""A time to wait that never ends, in seconds."""

_LIMITS = {
    "max_file_bytes": "Reject a file of more bytes.",
    "max_depth": "Reject front matter nested deeper, in levels.",
    "max_nodes": "Reject front matter of more values.",
    "max_related": "Reject a record of more related items.",
    "max_page_bytes": "Reject the text of a page of more bytes.",
    "max_lines": "Reject the text of a page of more lines, a file of more JSON records.",
    "max_topics": "Drop the topics of an article beyond so many.",
    "max_name_length": "Drop a topic, provider name or domain of more characters.",
    "max_title_length": "Drop a title of more characters.",
    "max_problems": "Note so many problems of one file, and count the others.",
    "max_archive_bytes": "Refuse what an archive file unpacks to beyond so many bytes.",
    "max_archive_ratio": "Refuse what unpacks to more than so many times its size.",
}


class PlaceType(click.Path):
    """A folder of a build, or an address of a bucket such as `s3://bucket/prefix`."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)
        self.name = "place"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Place:
        """An address as text, whatever its scheme, else a path."""
        if "://" in (text := os.fsdecode(value)):
            return text
        return Path(os.fsdecode(super().convert(value, param, ctx)))


out_option = click.option(
    "--out",
    type=PlaceType(),
    default="data/processed",
    show_default=True,
    envvar="NEWSLOOM_OUT",
    show_envvar=True,
    help="Where the build is: a folder, or an address such as s3://bucket/prefix (gs://, az://).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")


config_option = click.option(
    "--config",
    "configuration",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="NEWSLOOM_CONFIG",
    show_envvar=True,
    help="How the records are read.  [default: newsloom.yml next to the archive, if there is one]",
)


class _Source(click.ParamType):  # type: ignore[type-arg] # generic in newer versions only
    """What names a source; several in a variable stand apart as folders in `PATH` do."""

    name = "source"

    def split_envvar_value(self, value: str) -> list[str]:
        """The sources of a variable; a separator before `//` is part of an address."""
        return [each for each in re.split(rf"{os.pathsep}(?!//)", value) if each]


raw_option = click.option(
    "--raw",
    type=_Source(),
    multiple=True,
    default=("data/raw",),
    show_default=True,
    envvar="NEWSLOOM_RAW",
    show_envvar=True,
    help="The raw archive: a folder, .tar, .tar.gz, .tar.zst, .zip, PATH@REVISION of a git "
    "repository, s3://, gs:// or az://; several, each with --raw.",
)


def row_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of verbs that give the rows of a query: `parameters`, `form`, `output`."""
    form = click.Choice(("table", "csv", "json", "markdown", "parquet"))
    for option in (
        click.option(
            "--output",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Write to a file instead.",
        ),
        click.option("--json", "form", flag_value="json", help="The same as --format json."),
        click.option(
            "--format",
            "form",
            type=form,
            help="Form of the rows.  [default: table, or as the name given to --output ends]",
        ),
        click.option(
            "--param",
            "parameters",
            multiple=True,
            metavar="NAME=VALUE",
            callback=_parameters,
            help="A value for $NAME: a number, a date, true, false, null or text.",
        ),
    ):
        command = option(command)
    return command


def _parameters(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, object]:
    """The values by name. Errors: `click.BadParameter` where one has no name."""
    found: dict[str, object] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE")
        found[name] = _value(value)
    return found


def _value(text: str) -> object:
    """A value as JSON or, without quotes, as a date; all else is text."""
    for read in (json.loads, date.fromisoformat):
        with suppress(ValueError):
            return read(text)
    return text


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--engine`, `--master` and `--remote`; gives `spark`, the address of Spark, or None."""

    @wraps(command)
    def addressed(*, engine: str, master: str | None, remote: str | None, **given: Any) -> Any:
        """Call the command with the address. Errors: `UsageError` of options that do not agree."""
        if engine != "spark" and (master or remote):
            raise click.UsageError("--master and --remote are for --engine spark")
        if master and remote:
            raise click.UsageError("give --master or --remote, not both")
        spark = (remote or master or "local[*]") if engine == "spark" else None
        return command(spark=spark, **given)

    for option in (
        click.option("--remote", metavar="URL", help="Spark Connect, as sc://host:15002."),
        click.option(
            "--master", metavar="URL", help="Master of Spark, as spark://host:7077.  [local[*]]"
        ),
        click.option(
            "--engine",
            type=click.Choice(("duckdb", "spark")),
            default="duckdb",
            show_default=True,
            help="What makes the build: this machine, or Spark.",
        ),
    ):
        addressed = option(addressed)
    return addressed


def limit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each limit, which may also come from the environment; gives `limits`."""

    @wraps(command)
    def limited(**given: Any) -> Any:
        return command(limits=Limits(**{name: given.pop(name) for name in _LIMITS}), **given)

    for name, default in reversed(asdict(DEFAULT_LIMITS).items()):
        limited = click.option(
            f"--{name.replace('_', '-')}",
            type=click.IntRange(min=1),
            default=default,
            show_default=True,
            envvar=f"NEWSLOOM_{name.upper()}",
            show_envvar=True,
            metavar="N",
            help=_LIMITS[name],
        )(limited)
    return limited
