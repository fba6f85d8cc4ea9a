"""Which raw files stand behind the rows that a check found, as one query.

A check names a row by its relation and by key_value: the whole key, or the value of a column of
the key or of one that refers to another relation. From there the references of the catalog lead to
a relation that knows the raw file of each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.core.catalog import Relation, relations
from pipeline.engines.generic_checks import key_value

_PATH = "source_path"


def sources_query(names: Iterable[str]) -> str | None:
    """The source paths behind rows of the relations of these names; each once, sorted.

    The rows are its two parameters, both lists: the relation of each, and its key_value. None
    where no reference leads from these relations to raw files.
    """
    found = [path for name in names if name in relations() for path in _paths(relations()[name])]
    if not found:
        return None
    return (
        "with offenders as (\n    select\n        unnest(cast(? as varchar[])) as relation,\n"
        f"        unnest(cast(? as varchar[])) as key_value\n)\nselect distinct {_PATH}\n"
        f"from ({' union all '.join(found)}) as paths\nwhere {_PATH} is not null\n"
        f"order by {_PATH}"
    )


def _paths(relation: Relation) -> Iterator[str]:
    """A SELECT of source paths for each way that leads from a relation to raw files."""
    rows = f"where {_is_named(relation)}"
    if _PATH in relation.column_names:
        yield f"select {_PATH} from {relation.name} {rows}"
        return
    for column in relation.columns:
        table, _, key = (column.references or "").partition(".")
        # A reference that may be NULL leads away from the file that the row comes from.
        if table and not column.nullable and _PATH in relations()[table].column_names:
            yield (
                f"select {table}.{_PATH} from {table} where {table}.{key} in"
                f" (select {column.name} from {relation.name} {rows})"
            )


def _is_named(relation: Relation) -> str:
    """The condition that a check has found a row of a relation."""
    texts = [
        column.name
        for column in relation.columns
        if column.references or (column.name in relation.key and column.type == "VARCHAR")
    ]
    found = f"(select key_value from offenders where relation = '{relation.name}')"
    return " or ".join(
        f"{text} in {found}" for text in dict.fromkeys([key_value(relation), *texts])
    )
