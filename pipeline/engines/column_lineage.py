"""Where the numbers of a table or mart come from, read from its SQL.

Each column of a SELECT is followed through its CTEs to the columns of the tables it reads, and from
a mart or table that is itself a SELECT on to those that it reads, down to the tidy columns that the
transform makes of raw fields.

- A *value* is a column whose values enter the number.
- A column *by* which rows are chosen decides which rows count: it joins, filters, groups or divides
  into windows, or it is the key of rows that are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from pipeline.core.catalog import Column, as_defined, relations
from pipeline.core.errors import unknown

Origins = dict[tuple[str, str], bool]
"""Table and column → whether its values enter; False where it only chooses rows."""

MOST_SOURCES = 12
"""More sources than these are shown as a number of columns for each table."""

_CLAUSES = ("where", "group", "having", "qualify")


@dataclass(frozen=True, slots=True)
class Source:
    """A column and what it is made of: `raw` names the raw fields of one that no SELECT makes."""

    relation: str
    column: str
    is_value: bool
    raw: str | None
    sources: tuple[Source, ...]

    @property
    def name(self) -> str:
        """`relation.column`."""
        return f"{self.relation}.{self.column}"

    def tidy(self, *, is_value: bool = True) -> Iterator[Source]:
        """The tidy columns at the end of all ways on which only values are met.

        With `is_value` False, those of all other ways.
        """
        for source in self.sources:
            if source.raw is None:
                yield from _through(source, is_value)
            elif source.is_value == is_value:
                yield source

    def as_json(self) -> dict[str, Any]:
        """The column as plain values."""
        found: dict[str, Any] = {"column": self.name, "role": "value" if self.is_value else "by"}
        if self.raw is not None:
            return {**found, "raw": self.raw}
        return {**found, "from": [source.as_json() for source in self.sources]}


def _through(source: Source, is_value: bool) -> Iterator[Source]:
    """The tidy columns behind a source; of one that only chooses rows, all do no more than that."""
    if source.is_value:
        yield from source.tidy(is_value=is_value)
    elif not is_value:
        yield from source.tidy(is_value=True)
        yield from source.tidy(is_value=False)


def lineage(name: str) -> list[Source]:
    """Where the columns of `MART` or the one of `MART.COLUMN` come from; tables too.

    Errors: `UsageError` with suggestions where there is no such mart or column.
    """
    table, _, column = name.partition(".")
    found = relations().get(table)
    if found is None:
        raise unknown("no mart or table", table, relations())
    if column and column not in found.column_names:
        raise unknown(f"{table} has no column", column, found.column_names)
    return [_whole(table, each) for each in found.columns if column in ("", each.name)]


def _whole(table: str, column: Column) -> Source:
    """A column with all behind it; of one that a configuration has added, the field it is made of,
    which no SELECT of ours names."""
    if column.name in as_defined(table).column_names:
        return _source(table, column.name, True)
    return Source(table, column.name, True, column.source, ())


@cache
def _source(table: str, column: str, is_value: bool) -> Source:
    """One column with all behind it, down to the tidy columns."""
    made = as_defined(table)
    of_column = {each.name: each for each in made.columns}[column]
    if made.query is None or (made.is_parsed and of_column.parsed):
        return Source(table, column, is_value, of_column.source, ())
    origins = _origins(table)[column]
    in_order = sorted(origins, key=lambda key: (not origins[key], key))
    sources = tuple(_source(*key, origins[key]) for key in in_order)
    return Source(table, column, is_value, None, sources)


@cache
def _origins(table: str) -> dict[str, Origins]:
    """What each column of a relation made by a SELECT reads."""
    schema: dict[str, object] = {
        name: {column.name: column.type for column in as_defined(name).columns}
        for name in relations()
    }
    schema |= {f"parsed_{name}": schema[name] for name in list(schema)}
    whole = qualify(
        parse_one(as_defined(table).query or "", dialect="duckdb"),
        schema=schema,
        dialect="duckdb",
        quote_identifiers=False,
    )
    scope = build_scope(whole)
    if scope is None:  # pragma: no cover - every relation is a SELECT, which a test holds
        raise TypeError(table)
    query = _Query()
    return {
        column: query.column(scope, place)
        for place, column in enumerate(as_defined(table).column_names)
    }


class _Query:
    """Follows columns through the scopes of one query."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, int], Origins] = {}

    def column(self, scope: Scope, place: int) -> Origins:
        """What the output at a place, from 0, reads; in a union that of each part."""
        key = (id(scope.expression), place)
        if key not in self.known:
            self.known[key] = {}
            self.known[key] = self._follow(scope, place)
        return self.known[key]

    def _follow(self, scope: Scope, place: int) -> Origins:
        if isinstance(scope.expression, exp.SetOperation):
            parts = scope.set_operation_scopes
            return _merged(self.column(part, place) for part in parts)
        if not isinstance(scope.expression, exp.Select):
            return {}  # VALUES: nothing is read
        value = scope.expression.selects[place]
        columns = list(value.find_all(exp.Column))
        windows = [part for each in value.find_all(exp.Window) for part in _partitions(each)]
        choosing = [column for part in windows for column in part.find_all(exp.Column)]
        inside = set(map(id, choosing))
        return _merged(
            [
                *(self.reference(scope, each) for each in columns if id(each) not in inside),
                *(_choosing(self.reference(scope, each)) for each in choosing),
                self.rows(scope, {each.table for each in columns}, counted=_counts_rows(value)),
            ]
        )

    def reference(self, scope: Scope, column: exp.Column) -> Origins:
        """What a column that a scope names reads."""
        source = scope.sources.get(column.table)
        if isinstance(source, Scope) and isinstance(source.expression, exp.Query):
            names = source.expression.named_selects
            return self.column(source, names.index(column.name)) if column.name in names else {}
        # `recurring.x` is the rows that a recursion adds to: they are followed where they are made.
        if not isinstance(source, exp.Table) or source.db:
            return {}
        return {(_relation_of(source), column.name): True}

    def rows(self, scope: Scope, used: set[str], *, counted: bool) -> Origins:
        """What chooses the rows of a scope, as far as those of the sources `used` depend on it."""
        select = scope.expression
        clauses = [select.args[name] for name in _CLAUSES if select.args.get(name)]
        for join in select.args.get("joins") or ():
            if join.side != "LEFT" or join.alias_or_name in used:
                clauses += [join.args["on"]] if join.args.get("on") else []
        columns = [column for clause in clauses for column in clause.find_all(exp.Column)]
        found = [self.reference(scope, column) for column in columns]
        if counted:
            found += [self.source_rows(source) for _, source in scope.selected_sources.values()]
        return _choosing(_merged(found))

    def source_rows(self, source: exp.Expr | Scope) -> Origins:
        """What tells the rows of a source apart and chooses them: the key of a table."""
        if isinstance(source, Scope):
            if isinstance(source.expression, exp.Select):
                return self.rows(source, set(), counted=not source.expression.args.get("group"))
            return _merged(self.source_rows(part) for part in source.set_operation_scopes)
        known = relations().get(_relation_of(source))
        return {(known.name, column): True for column in known.key} if known else {}


def _relation_of(table: exp.Expr) -> str:
    """The relation that a table of a query shows; parsed rows are those of their tidy table."""
    return table.name.removeprefix("parsed_")


def _partitions(window: exp.Window) -> list[exp.Expr]:
    return list(window.args.get("partition_by") or ())


def _counts_rows(value: exp.Expr) -> bool:
    """Whether rows as such are counted, whatever is in them."""
    return any(isinstance(each.this, exp.Star) for each in value.find_all(exp.Count)) or bool(
        value.find(exp.RowNumber)
    )


def _choosing(origins: Origins) -> Origins:
    return dict.fromkeys(origins, False)


def _merged(several: Iterable[Origins]) -> Origins:
    """All origins; what is a value in any of them is one."""
    merged: Origins = {}
    for origins in several:
        for key, is_value in origins.items():
            merged[key] = merged.get(key, False) or is_value
    return merged


def summarized(sources: Iterable[Source]) -> Iterator[str]:
    """The names of columns, sorted; many of them as a number of columns for each table."""
    names = sorted({source.name for source in sources})
    if len(names) <= MOST_SOURCES:
        yield from names
        return
    columns: dict[str, int] = defaultdict(int)
    for name in names:
        columns[name.partition(".")[0]] += 1
    for table, count in columns.items():
        yield f"{table} ({count} column{'s' if count > 1 else ''})"


def origins(column: Source) -> tuple[str, str]:
    """The tidy columns whose values a column is made of, and those that choose its rows."""
    values = {source.name: source for source in column.tidy()}
    choosing = [each for each in column.tidy(is_value=False) if each.name not in values]
    return ", ".join(summarized(values.values())), ", ".join(summarized(choosing))
