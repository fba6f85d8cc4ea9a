"""Questions that newsloom answers: the SELECTs of `sql/examples/`.

Each begins with its question and its grain as comments. One with a CTE named `parameters` can be
asked for other values than those the CTE selects; as it stands it is a plain SELECT all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.core.catalog import sql_folder
from pipeline.core.errors import DefinitionError, unknown

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
