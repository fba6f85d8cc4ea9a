"""The order of the SQL files, read from the SQL itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, TypeAlias

from pipeline.errors import DefinitionError

if TYPE_CHECKING:
    import duckdb

Graph: TypeAlias = "dict[str, set[str]]"
"""Each query, and those of the others it reads."""

_COMMENT_LINE = re.compile(r"^\s*--.*$", re.MULTILINE)
_WORD = re.compile(r"\w+")


def references(name: str, query: str) -> frozenset[str]:
    """The tables and marts that a SELECT reads, as DuckDB's own parser sees it; CTEs are not among
    them.

    Errors: `DefinitionError` where the text is not one SELECT.
    """
    import duckdb

    try:
        return frozenset(_parser().get_table_names(query))
    except duckdb.Error as error:
        raise DefinitionError(f"{name}: not one SELECT: {error}") from None


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """A connection that only reads SQL; making one costs more than reading."""
    import duckdb

    return duckdb.connect(config={"threads": 1})


def named(name: str, query: str, names: Iterable[str]) -> set[str]:
    """Those of `names` that a SELECT may read, told by its words: all that it reads, and perhaps
    more, such as a column or a CTE of that name."""
    text = _COMMENT_LINE.sub("", query.lower())
    found = set(_WORD.findall(text)).intersection(names)
    if name in found and re.search(rf"\b{name} as( materialized)? \(", text):
        found.remove(name)  # the CTE hides the mart
    return found


def in_order(queries: Mapping[str, str]) -> list[str]:
    """The names of `queries`, in lower case, so that each comes after those it reads; ties by name.

    Errors: `DefinitionError` where they read one another in a circle.
    """
    # DuckDB's parser knows exactly, but takes milliseconds for each; words are asked first.
    try:
        return _sorted({name: named(name, query, queries) for name, query in queries.items()})
    except CycleError:
        pass
    try:
        return _sorted(
            {name: set(references(name, query)) & queries.keys() for name, query in queries.items()}
        )
    except CycleError as error:
        raise DefinitionError(f"queries read one another: {' → '.join(error.args[1])}") from None


def _sorted(graph: Graph) -> list[str]:
    """Errors: `CycleError`."""
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    ordered: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += ready
        sorter.done(*ready)
    return ordered
