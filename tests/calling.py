"""Calling the command line within the process of the tests."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner, Result

from pipeline.cli.verbs import main
from tests.small_build import ESCAPE


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def printed(*arguments: str) -> str:
    result = call(*arguments)
    assert result.exit_code == 0, result.stderr
    assert ESCAPE not in result.stdout
    return result.stdout


def loaded(*arguments: str) -> Any:
    return json.loads(printed(*arguments))
