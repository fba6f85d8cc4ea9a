"""How a command ends: one message on stderr, and one of these exit codes.

0    done
1    failed, nothing published; or a check marked stop found rows
2    a wrong request: an unknown option, table, code or folder, or a query that is no SELECT
3    published, but files were rejected and `--strict` was given
129  the terminal went away
130  interrupted (Ctrl-C)
141  the reader of the output went away
143  terminated (SIGTERM)
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import UnsupportedOperation
from typing import NoReturn

import click

from pipeline.cli.interrupts import interruptible
from pipeline.core.errors import NewsloomError, UsageError

FAILED, USAGE, REJECTED, READER_GONE = 1, 2, 3, 141


class Verbs(click.Group):
    """The group of verbs; turns what they raise into one message and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Name the verbs in the order one uses them."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb, and flush all of its output before it ends."""
        with interruptible() as interrupts:
            try:
                result = super().invoke(ctx)
                sys.stdout.flush()
            except (KeyboardInterrupt, Exception) as error:
                # A library that was stopped may raise an error of its own.
                if isinstance(error, KeyboardInterrupt) or interrupts.number is not None:
                    _fail(interrupts.message, interrupts.exit_code)
                _exit_for(error)
                raise
            finally:
                _reset_logging()
        return result


def _reset_logging() -> None:
    """End the log of this command, where it has one."""
    log = sys.modules.get("pipeline.build.events")
    if log is not None:
        log.reset_logging()


def _exit_for(error: BaseException) -> None:
    """Exit with the message and code of an error; return where it is none of the expected."""
    if isinstance(error, OSError):
        _discard_output()
    if isinstance(error, BrokenPipeError):
        sys.exit(READER_GONE)
    if isinstance(error, NewsloomError | OSError):
        _fail(error, USAGE if isinstance(error, UsageError) else FAILED)
    if isinstance(error, MemoryError):
        _fail("memory ran out", FAILED)


def _discard_output() -> None:
    """Redirect stdout to nowhere, so that Python does not fail to write the rest as it ends."""
    with suppress(UnsupportedOperation):  # a stdout that is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: object, code: int) -> NoReturn:
    from pipeline.build import events as log

    if log.is_json():
        log.log_failure(str(message), code)
    else:
        from pipeline.cli.console import show_error

        show_error(message)
    sys.exit(code)
