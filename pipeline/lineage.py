"""Which columns a query reads, told from its SQL."""

from __future__ import annotations

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from pipeline.definitions import relations
from pipeline.queries import references


def columns_read(name: str, query: str) -> dict[str, list[str]]:
    """The columns that a SELECT reads of each table and mart, sorted.

    Where that cannot be told for certain, all columns of all tables it reads.
    """
    try:
        return _columns_read(query)
    except (SqlglotError, KeyError):
        return {
            table: sorted(relations()[table].column_names)
            for table in references(name, query)
            if table in relations()
        }


def _columns_read(query: str) -> dict[str, list[str]]:
    tables: dict[str, object] = {
        relation.name: {column.name: column.type for column in relation.columns}
        for relation in relations().values()
    }
    whole = qualify(
        parse_one(query, dialect="duckdb"),
        schema=tables,
        dialect="duckdb",
        validate_qualify_columns=True,
        quote_identifiers=False,
    )
    read: dict[str, set[str]] = {}
    for scope in traverse_scope(whole):
        sources = {
            alias: source.name
            for alias, source in scope.sources.items()
            # A recursive CTE that reads itself looks like a table.
            if isinstance(source, exp.Table) and source.name in tables
        }
        for table in sources.values():
            read.setdefault(table, set())
        for column in scope.columns:
            if column.table in sources:
                read[sources[column.table]].add(column.name)
            elif column.table not in scope.sources and not scope.is_correlated_subquery:
                raise KeyError(column.table)
    return {table: sorted(columns) for table, columns in read.items()}
