"""What every table and mart is: the one definition of each column, read from `sql/`.

A relation is a `.yml` file (description, grain, key, columns) under `sql/tables/` or `sql/marts/`.
Where a `.sql` file stands beside it, the relation is that SELECT; where none does, the
transform stage makes it. Parquet metadata, DuckDB comments, the data dictionary and the schema
check are all rendered from these objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import DefinitionError, UsageError

TYPES = ("VARCHAR", "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP")
"""The BI-safe types; no column has another."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `type` is one of `TYPES`; `source` says where the value comes from."""

    name: str
    type: str
    meaning: str
    source: str
    unit: str | None = None
    nullable: bool = True
    references: str | None = None

    @property
    def comment(self) -> str:
        """Meaning and unit as one text, as shown by DuckDB and Parquet readers."""
        return f"{self.meaning} [{self.unit}]" if self.unit else self.meaning


@dataclass(frozen=True, slots=True)
class Relation:
    """One table or mart: `kind` is `tables` or `marts`, `query` its SELECT if it has one."""

    name: str
    kind: str
    description: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    query: str | None = None

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names in the order of the file."""
        return tuple(column.name for column in self.columns)


def sql_folder() -> Path:
    """The folder of the SQL: inside the installed package, else at the top of the checkout."""
    installed = Path(__file__).parent / "sql"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "sql"


def _column(relation: str, fields: dict[str, Any]) -> Column:
    try:
        column = Column(**fields)
    except TypeError as error:
        raise DefinitionError(f"{relation}: column {fields.get('name')!r}: {error}") from None
    if column.type not in TYPES:
        raise DefinitionError(
            f"{relation}.{column.name}: type {column.type!r} is not one of {', '.join(TYPES)}"
        )
    return column


def _read(path: Path) -> Relation:
    with path.open("rb") as file:
        fields: dict[str, Any] = yaml.load(
            file,
            Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # noqa: S506 - it is a safe one
        )
    query = path.with_suffix(".sql")
    relation = Relation(
        name=path.stem,
        kind=path.parent.name,
        description=fields["description"],
        grain=fields["grain"],
        key=tuple(fields["key"]),
        columns=tuple(_column(path.stem, column) for column in fields["columns"]),
        query=query.read_text(encoding="utf-8") if query.exists() else None,
    )
    unknown = set(relation.key) - set(relation.column_names)
    if unknown:
        raise DefinitionError(f"{path.stem}: key columns {sorted(unknown)} are not defined")
    return relation


@cache
def relations() -> dict[str, Relation]:
    """Every table and mart by name: tables first, each kind in alphabetical order.

    Errors: `DefinitionError` where a definition is malformed.
    """
    paths = [
        path for kind in ("tables", "marts") for path in sorted((sql_folder() / kind).glob("*.yml"))
    ]
    return {path.stem: _read(path) for path in paths}


def relation(name: str) -> Relation:
    """One relation by name. Errors: `UsageError` that lists the names there are."""
    try:
        return relations()[name]
    except KeyError:
        raise UsageError(f"no table {name!r}; there are {', '.join(relations())}") from None
