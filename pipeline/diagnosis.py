"""The verbs that look into things: is a published folder whole, and how is one file read."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipeline.exits import FAILED
from pipeline.options import json_option, out_option


@click.command()
@out_option
@json_option
def verify(*, out: Path, as_json: bool) -> None:
    """Hold every byte of a published build against its manifest.

    Names each file that is missing, truncated, mixed (of another build), edited or superfluous,
    and exits with 1 if there is one.
    """
    from pipeline.verify import verify as verified

    found = verified(out)
    if as_json:
        from dataclasses import asdict

        from pipeline.terminal import show_json

        show_json(asdict(found))
    else:
        from pipeline.views import show_verified

        show_verified(found, out)
    if found.faults:
        sys.exit(FAILED)
