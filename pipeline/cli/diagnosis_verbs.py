"""The verbs that look into things: is a published folder whole, and how is one file read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.exit_codes import FAILED
from pipeline.cli.options import json_option, limit_options, out_option, raw_option

if TYPE_CHECKING:
    from pipeline.core.limits import Limits


@click.command()
@out_option
@json_option
def verify(*, out: Path, as_json: bool) -> None:
    """Hold every byte of a published build against its manifest.

    Names each file that is missing, truncated, mixed (of another build), edited or superfluous,
    and exits with 1 if there is one.
    """
    from pipeline.read.verify import verify as verified

    found = verified(out)
    if as_json:
        from dataclasses import asdict

        from pipeline.cli.console import show_json

        show_json(asdict(found))
    else:
        from pipeline.cli.views import show_verified

        show_verified(found, out)
    if found.faults:
        sys.exit(FAILED)


@click.command()
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@raw_option(exists=False)
@limit_options
@json_option
def explain(*, path: Path, raw: Path, limits: Limits, as_json: bool) -> None:
    """Show step by step how one raw file is read, and what is wrong with it.

    PATH is any file, or one of the archive as `newsloom rejects` names it. Exits with 0 whatever
    is in the file.
    """
    from pipeline.explain.explain import explain as explained

    found = explained(path, raw, limits)
    if as_json:
        from dataclasses import asdict

        from pipeline.cli.console import show_json

        show_json(asdict(found))
    else:
        from pipeline.cli.explain_view import show_explanation

        show_explanation(found)
