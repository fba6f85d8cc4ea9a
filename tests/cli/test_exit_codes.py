"""What a verb raises becomes one message and an exit code."""

from __future__ import annotations

import logging
import os
import signal

import click
import pytest
from click.testing import CliRunner, Result

from pipeline.build import events as log
from pipeline.cli.exit_codes import Verbs
from pipeline.core.errors import BuildMissing, CheckFailed, UsageError


def ending_of(error: BaseException | None, *, as_json: bool = False) -> Result:
    """How a command ends whose only verb logs to stderr and raises `error`, if any."""

    @click.group(cls=Verbs)
    def verbs() -> None:
        pass

    @verbs.command()
    def verb() -> None:
        log.log_to_stderr(as_json=as_json)
        if error is not None:
            raise error

    return CliRunner().invoke(verbs, ["verb"])


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (None, 0, ""),
        (CheckFailed("keys: 1 row"), 1, "error: keys: 1 row\n"),
        (BuildMissing("no build\nmake one"), 1, "error: no build\nmake one\n"),
        (OSError("a full disk"), 1, "error: a full disk\n"),
        (MemoryError(), 1, "error: memory ran out\n"),
        (UsageError("no table \x1b[31m"), 2, "error: no table \\x1b[31m\n"),
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_each_error_has_its_code_and_message(
    error: BaseException | None, code: int, message: str
) -> None:
    ended = ending_of(error)
    assert (ended.exit_code, ended.stderr, ended.stdout) == (code, message, "")


def test_an_error_of_ours_is_not_hidden() -> None:
    ended = ending_of(ZeroDivisionError("a defect"))
    assert isinstance(ended.exception, ZeroDivisionError)
    assert ended.stderr == ""


def test_the_message_is_an_event_where_the_log_is_json() -> None:
    ended = ending_of(CheckFailed("keys: 1 row"), as_json=True)
    assert ended.exit_code == 1
    assert '"event": "failed"' in ended.stderr
    assert '"message": "keys: 1 row", "exit_code": 1' in ended.stderr


@pytest.mark.parametrize("error", [None, UsageError("x")])
def test_the_log_ends_with_the_command(error: Exception | None) -> None:
    ending_of(error, as_json=True)
    assert not log.is_json()
    assert logging.getLogger("newsloom").propagate


def test_an_error_that_follows_a_signal_is_the_signal() -> None:
    @click.group(cls=Verbs)
    def verbs() -> None:
        pass

    @verbs.command()
    def verb() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except KeyboardInterrupt:
            raise RuntimeError("query interrupted") from None

    ended = CliRunner().invoke(verbs, ["verb"])
    assert (ended.exit_code, ended.stderr) == (143, "error: terminated\n")
