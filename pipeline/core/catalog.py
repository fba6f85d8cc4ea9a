"""What every table and mart is: the one definition of each column, read from `sql/`.

A relation is a `.yml` file (description, grain, key, columns) under `sql/tables/` or `sql/marts/`.
Where a `.sql` file stands beside it, the relation is that SELECT; where none does, the
transform stage makes it. A SELECT may read those of `sql/intermediate/`, which are no relations:
they become its first CTEs. Parquet metadata, DuckDB comments, the data dictionary and the schema
check are all rendered from these objects, and so are the generic checks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.core.definition_file import read_definitions
from pipeline.core.errors import DefinitionError, unknown

TYPES = ("VARCHAR", "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP")
"""The BI-safe types; no column has another."""

NUMBERS = ("INTEGER", "BIGINT", "DOUBLE")

ANY_NUMBER = "any"
"""The range of a number without bounds; as a DOUBLE it still has to be finite."""

RANGES = {
    **dict.fromkeys(("count", "height", "hours", "lift", "width"), "0.."),
    **dict.fromkeys(("position", "rank"), "1.."),
    **dict.fromkeys(("rate", "score", "share"), "0..1"),
    **dict.fromkeys(("heat", "quality"), ANY_NUMBER),
}
"""The range of a number by the last word of its name, where its entry gives none."""

UNITS = {
    "heat": "points",
    "height": "pixels",
    "hours": "hours",
    "lift": "ratio",
    "width": "pixels",
}
"""The unit of a number by the last word of its name, where its entry gives none."""

_RANGE = re.compile(rf"{ANY_NUMBER}|-?\d+(\.\d+)?\.\.(-?\d+(\.\d+)?)?")
_COUNTED = re.compile(r"([a-z]+)_count$")
_COMMENT_LINE = re.compile(r"^\s*--.*$", re.MULTILINE)
_READ = re.compile(r"\b(?:from|join) (\w+)")
_TEMPORARY = "\n-- Made once, as a temporary table:"
"""Line in the header of an intermediate that would not fit into memory as a CTE."""

_DEFINED: dict[str, Relation] = {}
"""What the relations are that are extended just now."""

_START = re.compile(r"^(with recursive|with|select)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `type` is one of `TYPES`; `source` says where the value comes from.

    No value is NULL unless it is `nullable`. `references` is the column `table.column` that holds
    every value; where the entry gives none, that of the table whose whole key has this name.
    `values` are the only texts that occur; `range` is `low..high`, `low..` or `any`, both bounds
    included, and every number has one.
    """

    name: str
    type: str
    meaning: str
    source: str
    unit: str | None = None
    nullable: bool = False
    references: str | None = None
    parsed: bool = True
    values: tuple[str, ...] = ()
    range: str | None = None

    @property
    def bounds(self) -> tuple[str, str]:
        """The lowest and the highest value as SQL literals; "" where there is none."""
        low, _, high = (self.range or "").removeprefix(ANY_NUMBER).partition("..")
        return low, high

    @property
    def comment(self) -> str:
        """Meaning and unit as one text, as shown by DuckDB and Parquet readers."""
        return f"{self.meaning} [{self.unit}]" if self.unit else self.meaning


@dataclass(frozen=True, slots=True)
class Relation:
    """One table or mart: `kind` is `tables` or `marts`, `query` its SELECT if it has one, with the
    intermediates it reads. `steps` are the same in parts: temporary tables to make first, by name,
    and under its own name the SELECT over them; none where there is nothing to make first."""

    name: str
    kind: str
    description: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    query: str | None = None
    steps: tuple[tuple[str, str], ...] = ()

    @property
    def is_parsed(self) -> bool:
        """Whether its rows come from raw files; a SELECT may still add columns to them."""
        return self.kind == "tables" and (self.query is None or f"parsed_{self.name}" in self.query)

    @property
    def file(self) -> str:
        """Its Parquet file, or the folder of several, by the name within a build."""
        return f"{self.kind}/{self.name}.parquet"

    def files_in(self, names: Iterable[str]) -> list[str]:
        """Its files among those of a build, in the order of their rows."""
        return sorted(name for name in names if f"{name}/".startswith(f"{self.file}/"))

    @property
    def foreign_keys(self) -> tuple[tuple[str, str, str], ...]:
        """Each column that refers to another: its name, and the table and column it refers to."""
        referring = [(each.name, each.references) for each in self.columns if each.references]
        found = [(name, there.partition(".")) for name, there in referring]
        return tuple((name, table, column) for name, (table, _, column) in found)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names in the order of the file."""
        return tuple(column.name for column in self.columns)


def sql_folder() -> Path:
    """The folder of the SQL: inside the installed package, else at the top of the checkout."""
    package = Path(__file__).parent.parent
    installed = package / "sql"
    return installed if installed.is_dir() else package.parent / "sql"


def methods_file() -> Path:
    """How each mart is counted, in Markdown: inside the installed package, else in the checkout."""
    package = Path(__file__).parent.parent
    installed = package / "methods.md"
    return installed if installed.is_file() else package.parent / "docs" / "methods.md"


@cache
def intermediates() -> dict[str, str]:
    """The SELECTs of `sql/intermediate/` by name: what several relations share; not published."""
    paths = sorted((sql_folder() / "intermediate").glob("*.sql"))
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}


def complete(query: str, made: Collection[str] = ()) -> str:
    """A SELECT with the intermediates it reads as its first CTEs: it needs nothing but relations.

    Those already `made` are left out. It starts with `with`, `with recursive` or `select` in the
    first column, after comments.
    """
    read = [name for name in _read_by(query) if name not in made]
    if not read:
        return query
    return with_first(query, {name: complete(intermediates()[name], made) for name in read})


def _read_by(query: str) -> list[str]:
    """The intermediates that a SELECT names."""
    read = {*_READ.findall(_COMMENT_LINE.sub("", query))}
    return [name for name in intermediates() if name in read]


def _steps(name: str, query: str) -> tuple[tuple[str, str], ...]:
    """The temporary tables to make before a relation, each after those it reads, and its SELECT."""
    first: dict[str, None] = {}

    def add(text: str) -> None:
        for each in _read_by(text):
            add(intermediates()[each])
            if _TEMPORARY in intermediates()[each]:
                first.setdefault(each)

    add(query)
    if not first:
        return ()
    texts = {each: intermediates()[each] for each in first} | {name: query}
    return tuple((each, complete(text, first)) for each, text in texts.items())


def with_first(query: str, selects: dict[str, str]) -> str:
    """A SELECT with others, by name, as its first CTEs."""
    ctes = ",\n\n".join(f"{name} as (\n{select})" for name, select in selects.items())
    comments, start, rest = _START.split(query, maxsplit=1)
    if start == "select":
        return f"{comments}with {ctes}\n\nselect{rest}"
    return f"{comments}{start} {ctes},\n\n{rest.lstrip()}"


def _column(relation: str, fields: dict[str, Any]) -> Column:
    """A column from its entry in the `.yml`. Errors: `DefinitionError`."""
    if fields.get("type") in NUMBERS:
        name = str(fields.get("name"))
        fields.setdefault("range", RANGES.get(name.rpartition("_")[2]))
        fields.setdefault("unit", _unit(name))
    try:
        column = Column(**{**fields, "values": tuple(fields.get("values", ()))})
    except TypeError as error:
        raise DefinitionError(f"{relation}: column {fields.get('name')!r}: {error}") from None
    if wrong := _fault(column):
        raise DefinitionError(f"{relation}.{column.name}: {wrong}")
    return column


def _unit(name: str) -> str | None:
    """The unit of a number by its name, if that tells it."""
    if counted := _COUNTED.search(name):
        return f"{counted[1]}s"
    return "points" if "quality" in name.split("_") else UNITS.get(name.rpartition("_")[2])


def _fault(column: Column) -> str | None:
    """What is wrong with a definition of a column, if anything."""
    if column.type not in TYPES:
        return f"type {column.type!r} is not one of {', '.join(TYPES)}"
    if column.type in NUMBERS and not _RANGE.fullmatch(str(column.range)):
        return f"range {column.range!r} is not like 0..1, 0.. or {ANY_NUMBER}"
    if column.type not in NUMBERS and column.range is not None:
        return f"{column.type} has no range"
    if column.type != "VARCHAR" and column.values:
        return f"{column.type} has no list of values"
    if not all(isinstance(value, str) for value in column.values):
        return f"values {list(column.values)} are not all texts"
    return None


def _read(path: Path) -> Relation:
    """A relation from its `.yml`, and its SELECT where there is one. Errors: `DefinitionError`."""
    fields: dict[str, Any] = read_definitions(path)
    select = path.with_suffix(".sql")
    query = select.read_text(encoding="utf-8") if select.exists() else None
    relation = Relation(
        name=path.stem,
        kind=path.parent.name,
        description=fields["description"],
        grain=fields["grain"],
        key=tuple(fields["key"]),
        columns=tuple(_column(path.stem, column) for column in fields["columns"]),
        query=complete(query) if query is not None else None,
        steps=_steps(path.stem, query) if query is not None else (),
    )
    unknown = set(relation.key) - set(relation.column_names)
    if unknown:
        raise DefinitionError(f"{path.stem}: key columns {sorted(unknown)} are not defined")
    return relation


def _read_kind(kind: str) -> dict[str, Relation]:
    return {path.stem: _read(path) for path in sorted((sql_folder() / kind).glob("*.yml"))}


@cache
def relations() -> dict[str, Relation]:
    """Every table and mart by name: tables first, each kind in alphabetical order.

    Errors: `DefinitionError` where a definition is malformed.
    """
    tables = _read_kind("tables")
    keys = {each.key[0]: name for name, each in tables.items() if len(each.key) == 1}
    read = {**tables, **_read_kind("marts")}
    found = {name: _with_references(each, keys) for name, each in read.items()}
    _refuse_dangling(found)
    return found


@contextmanager
def extended(others: Mapping[str, Relation]) -> Iterator[None]:
    """Let relations have other definitions meanwhile, to which a configuration adds columns."""
    found = relations()
    _DEFINED.update({name: found[name] for name in others})
    found.update(others)
    try:
        yield
    finally:
        found.update(_DEFINED)
        _DEFINED.clear()


def as_defined(name: str) -> Relation:
    """One table or mart as it is without any configuration. Errors: as for `relation`."""
    return _DEFINED.get(name) or relation(name)


def _with_references(relation: Relation, keys: dict[str, str]) -> Relation:
    """The relation whose columns refer to the table, other than itself, whose key has their name,
    unless they refer already; `keys` are the tables by their key."""

    def referring(column: Column) -> Column:
        table = keys.get(column.name, relation.name)
        if column.references or table == relation.name:
            return column
        return replace(column, references=f"{table}.{column.name}")

    return replace(relation, columns=tuple(map(referring, relation.columns)))


def _refuse_dangling(found: dict[str, Relation]) -> None:
    """Errors: `DefinitionError` where a column refers to a column that there is not."""
    known = {f"{each.name}.{column}" for each in found.values() for column in each.column_names}
    for each in found.values():
        for column in each.columns:
            if column.references and column.references not in known:
                raise DefinitionError(
                    f"{each.name}.{column.name}: there is no {column.references} to refer to"
                )


def relation(name: str) -> Relation:
    """One table or mart by name. Errors: `UsageError` that lists the names there are."""
    if name not in relations():
        raise unknown("no table", name, relations())
    return relations()[name]


def column(name: str) -> Column:
    """One column, as `table.column`. Errors: `UsageError` that lists what there is."""
    table, _, wanted = name.partition(".")
    found = {each.name: each for each in relation(table).columns}
    if wanted not in found:
        raise unknown(f"{table} has no column", wanted, found)
    return found[wanted]
