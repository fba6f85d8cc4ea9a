"""The order of the SQL files, read from the SQL itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter

import duckdb

from pipeline.errors import DefinitionError


def references(name: str, query: str) -> frozenset[str]:
    """The tables and marts that a SELECT reads, as DuckDB's own parser sees it; CTEs are not among
    them.

    Errors: `DefinitionError` where the text is not one SELECT.
    """
    try:
        return frozenset(_parser().get_table_names(query))
    except duckdb.Error as error:
        raise DefinitionError(f"{name}: not one SELECT: {error}") from None


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """A connection that only reads SQL; making one costs more than reading."""
    return duckdb.connect(config={"threads": 1})


def in_order(queries: Mapping[str, str]) -> list[str]:
    """The names of `queries` so that each comes after those it reads; ties by name.

    Errors: `DefinitionError` where they read one another in a circle.
    """
    graph = {name: references(name, query) & queries.keys() for name, query in queries.items()}
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        raise DefinitionError(f"queries read one another: {' → '.join(error.args[1])}") from None
    ordered: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += ready
        sorter.done(*ready)
    return ordered
