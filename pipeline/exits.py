"""How a command ends: one message on stderr, and one of these exit codes.

0    done
1    failed, nothing published; or a check marked stop found rows
2    a wrong request: an unknown option, table, code or folder, or a query that is no SELECT
3    published, but files were rejected and `--strict` was given
130  interrupted
141  whoever read the output went away
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import UnsupportedOperation

import click

from pipeline.errors import NewsloomError, UsageError

FAILED, USAGE, REJECTED, INTERRUPTED, READER_GONE = 1, 2, 3, 130, 141


class Verbs(click.Group):
    """The group of verbs; turns what they raise into one message and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Name the verbs in the order one uses them."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb, and make sure that all of its output has gone out before it ends."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:
            _fail("interrupted", INTERRUPTED)
        except BrokenPipeError:
            _drop_output()
            sys.exit(READER_GONE)
        except UsageError as error:
            _fail(error, USAGE)
        except NewsloomError as error:
            _fail(error, FAILED)
        except OSError as error:
            _drop_output()
            _fail(error, FAILED)
        return result


def _drop_output() -> None:
    """Send what stdout still holds nowhere, lest Python try again, and complain, as it ends."""
    with suppress(UnsupportedOperation):  # a stdout that is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: object, code: int) -> None:
    from pipeline.terminal import show_error

    show_error(message)
    sys.exit(code)
