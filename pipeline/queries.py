"""The order of the SQL files, read from the SQL itself."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError
from sqlglot.optimizer.scope import traverse_scope

from pipeline.errors import DefinitionError


def references(name: str, query: str) -> frozenset[str]:
    """The tables and marts that a SELECT reads; its own CTEs are not among them.

    Errors: `DefinitionError` where the text is not one SELECT.
    """
    try:
        parsed = sqlglot.parse(query, dialect="duckdb")
    except ParseError as error:
        raise DefinitionError(f"{name}: {error}") from None
    statements = [statement for statement in parsed if statement is not None]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise DefinitionError(f"{name}: a file holds exactly one SELECT")
    own = {cte.alias for cte in statements[0].find_all(exp.CTE)}  # a recursive one reads itself
    return frozenset(
        source.name
        for scope in traverse_scope(statements[0])
        for source in scope.sources.values()
        if isinstance(source, exp.Table) and source.name not in own
    )


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
