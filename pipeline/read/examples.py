"""Questions that newsloom answers: the SELECTs of `sql/examples/`.

Each begins with its question and its grain as comments. One with a CTE named `parameters` can be
asked for other values than those the CTE selects; as it stands it is a plain SELECT all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.catalog import sql_folder
from pipeline.core.errors import DefinitionError, UsageError, unknown

if TYPE_CHECKING:
    from pipeline.read.build import Build

_HEADER = re.compile(r"-- (.*?)\n-- Grain: (.*?)\n(?!--)", re.DOTALL)
_PARAMETERS = re.compile(r"^(with )?parameters as \((.*?)^\),\n", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"\bas (\w+),$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """One question: what a row of the answer is, the names of its parameters, and its SELECT."""

    name: str
    question: str
    grain: str
    parameters: tuple[str, ...]
    query: str

    def asking(self, given: Iterable[str]) -> str:
        """The SELECT with `$name` in the place of each parameter that is given.

        Errors: `UsageError` that lists the parameters there are.
        """
        for name in given:
            if name not in self.parameters:
                raise unknown(f"{self.name} has no parameter", name, self.parameters)
        values = ", ".join(f"${name} as {name}" for name in given)
        if not values:
            return self.query
        return _PARAMETERS.sub(
            lambda found: (
                f"{found[1] or ''}defaults as ({found[2]}),\n\n"
                f"parameters as (\n    select * replace ({values})\n    from defaults\n),\n"
            ),
            self.query,
        )

    def refuse_mistyped(self, build: Build, given: Mapping[str, object]) -> None:
        """Check that a value is a date where the default is one.

        Errors: `UsageError`."""
        found = _PARAMETERS.search(self.query)
        if not given or found is None:
            return
        defaults = self.query[: found.end()].rstrip(",\n") + "\nselect * from parameters"
        for field in build.reader(defaults).schema:
            value = given.get(field.name)
            if str(field.type).startswith("date") and not isinstance(value, date | None):
                told = f"{field.name} is a date such as 2022-01-31, not {value!r}"
                raise UsageError(told)


@cache
def examples() -> dict[str, Example]:
    """Every question by name, in alphabetical order. Errors: `DefinitionError` where a header is
    none."""
    return {path.stem: _read(path.stem, path.read_text(encoding="utf-8")) for path in _files()}


def example(name: str) -> Example:
    """One question by name. Errors: `UsageError` that lists the names there are."""
    if name not in examples():
        raise unknown("no example", name, examples())
    return examples()[name]


def _files() -> list[Path]:
    return sorted((sql_folder() / "examples").glob("*.sql"))


def _read(name: str, query: str) -> Example:
    header, parameters = _HEADER.match(query), _PARAMETERS.search(query)
    if header is None:
        raise DefinitionError(f"{name}: the header gives no question and Grain:")
    question, grain = (text.replace("\n--", "") for text in header.groups())
    names = _NAMED.findall(parameters[2]) if parameters else ()
    return Example(name, question, grain, tuple(names), query)
