"""Which of the SQL files reads which, read from the SQL itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, TypeAlias

from pipeline.core.errors import DefinitionError

if TYPE_CHECKING:
    import duckdb

Graph: TypeAlias = "dict[str, frozenset[str]]"
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


def named(name: str, query: str, names: Iterable[str]) -> frozenset[str]:
    """Those of `names` that a SELECT may read, by its words: all that it reads, and perhaps
    more, such as a column or a CTE of that name."""
    text = _COMMENT_LINE.sub("", query.lower())
    found = frozenset(_WORD.findall(text)).intersection(names)
    if name in found and re.search(rf"\b{name} as( materialized)? \(", text):
        return found - {name}  # the CTE hides the mart
    return found


def graph(queries: Mapping[str, str]) -> Graph:
    """Each of `queries`, by its name in lower case, with those of them that it reads, which come
    before it. Errors: `DefinitionError` where they read one another in a circle."""
    # DuckDB's parser knows exactly, but takes milliseconds for each; words are asked first.
    with suppress(CycleError):
        return _in_order({name: named(name, query, queries) for name, query in queries.items()})
    exactly = {name: references(name, query) & queries.keys() for name, query in queries.items()}
    try:
        return _in_order(exactly)
    except CycleError as error:
        raise DefinitionError(f"queries read one another: {' → '.join(error.args[1])}") from None


def _in_order(read: Graph) -> Graph:
    """The same graph, each after those it reads; ties by name. Errors: `CycleError`."""
    in_order = TopologicalSorter({name: sorted(read[name]) for name in sorted(read)})
    return {name: read[name] for name in in_order.static_order()}
