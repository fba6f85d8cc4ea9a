"""Options that verbs share: limits and sources, from options and environment."""

from __future__ import annotations

from dataclasses import asdict, fields

import click
import pytest
from click.testing import CliRunner, Result

from pipeline.cli.options import engine_options, limit_options, raw_option
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


def sources_of(*arguments: str, **environment: str) -> list[str]:
    """What `--raw` and its variable name."""

    @click.command()
    @raw_option
    def show_raw(raw: tuple[str, ...]) -> None:
        click.echo("\n".join(raw))

    return CliRunner().invoke(show_raw, arguments, env=environment).output.splitlines()


def test_sources_are_named_one_by_one_or_in_a_variable() -> None:
    assert sources_of() == ["data/raw"]
    assert sources_of("--raw", "a:b", "--raw", "c d.zip") == ["a:b", "c d.zip"]
    assert sources_of(NEWSLOOM_RAW="c d.zip:s3://bucket/news:/e") == [
        *("c d.zip", "s3://bucket/news", "/e"),
    ]
    assert sources_of("--raw", "a", NEWSLOOM_RAW="b") == ["a"]


@click.command()
@engine_options
def show_spark(spark: str | None) -> None:
    click.echo(f"{spark}")


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        ([], "None"),
        (["--engine", "duckdb"], "None"),
        (["--engine", "spark"], "local[*]"),
        (["--engine", "spark", "--master", "spark://there:7077"], "spark://there:7077"),
        (["--engine", "spark", "--remote", "sc://there:15002"], "sc://there:15002"),
    ],
)
def test_spark_is_found_by_its_address(arguments: list[str], address: str) -> None:
    assert CliRunner().invoke(show_spark, arguments).output.strip() == address


@pytest.mark.parametrize(
    "arguments",
    [["--master", "local"], ["--engine", "spark", "--master", "local", "--remote", "sc://there"]],
)
def test_an_address_that_would_not_be_used_is_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(show_spark, arguments).exit_code == 2
