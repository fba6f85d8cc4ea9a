"""What the shell completes, besides verbs and options: names that newsloom knows.

Click calls these functions while the user is still typing; they give every name that begins as the
word does. Names of columns follow once a dot is there.
"""

from __future__ import annotations

from collections.abc import Iterable

import click


def table_names(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Tables and marts; behind a dot, the columns of one."""
    from pipeline.core.catalog import relations

    table, dot, _ = typed.partition(".")
    if not dot or table not in relations():
        return _alike(typed, relations())
    return _alike(typed, (f"{table}.{name}" for name in relations()[table].column_names))


def rule_names(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Checks, without `stop_` and `warn_`."""
    from pipeline.engines.checks import rules

    return _alike(typed, (rule.name for rule in rules().values()))


def problem_codes(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Codes of `rejects`."""
    from pipeline.core.errors import codes

    return _alike(typed, codes())


def example_names(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Questions that newsloom answers."""
    from pipeline.read.examples import examples

    return _alike(typed, examples())


def _alike(typed: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(typed)]
