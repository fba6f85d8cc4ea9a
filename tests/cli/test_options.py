"""Options that verbs share: limits from options and environment, folders that must exist."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from pipeline.cli.options import limit_options, raw_option
from pipeline.core.limits import DEFAULT_LIMITS, Limits

NAMES = [field.name for field in fields(Limits)]


@click.command()
@limit_options
@click.option("--other", default="x")
def show_limits(*, limits: Limits, other: str) -> None:
    click.echo(f"{limits} {other}")


def limits_of(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(show_limits, arguments, env=environment)


def test_the_defaults_are_those_of_the_code() -> None:
    assert limits_of("--other", "y").output == f"{DEFAULT_LIMITS} y\n"


@pytest.mark.parametrize("name", NAMES)
def test_every_limit_is_an_option_and_a_variable(name: str) -> None:
    expected = f"{Limits(**{**asdict(DEFAULT_LIMITS), name: 7})} x\n"
    option = f"--{name.replace('_', '-')}"
    assert limits_of(option, "7").output == expected
    assert limits_of(**{f"NEWSLOOM_{name.upper()}": "7"}).output == expected
    assert limits_of(option, "7", **{f"NEWSLOOM_{name.upper()}": "8"}).output == expected


@pytest.mark.parametrize("value", ["0", "-1", "many"])
def test_a_limit_is_a_number_from_one(value: str) -> None:
    result = limits_of("--max-depth", value)
    assert result.exit_code == 2
    assert "--max-depth" in result.output


@pytest.mark.parametrize("exists", [True, False])
def test_a_raw_folder_must_exist_only_where_it_is_read(tmp_path: Path, exists: bool) -> None:
    @click.command()
    @raw_option(exists=exists)
    def show_raw(raw: Path) -> None:
        click.echo(raw)

    result = CliRunner().invoke(show_raw, ["--raw", str(tmp_path / "absent")])
    assert result.exit_code == (2 if exists else 0)
