"""The checks that follow from the catalog alone: for each rule one SELECT of the rows that offend.

A rule speaks of keys, references, required columns, empty texts, allowed values or ranges of
numbers; what it asks of a column stands in the column's entry. Each SELECT gives relation,
key_value (the key, its parts between blanks; for a reference the value that leads nowhere) and
problem, as the files in `sql/checks` do, and can be pasted into DuckDB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from textwrap import indent

from pipeline.core.catalog import Column, Relation, relations

_FINITE = "1e300"

_CURE = (
    "The archive is not to blame: run again with --force; if the rows stay, report them. The"
    "\n-- former build is still there."
)

_RULES = {
    "stop_keys": (
        "Every key names exactly one row and is never NULL.",
        "A join on the key would multiply or lose rows.",
    ),
    "stop_foreign_keys": (
        "Every reference to another relation resolves.",
        "A join would lose the rows whose reference leads nowhere.",
    ),
    "stop_required_columns": (
        "Required columns are never NULL.",
        "Counts and filters on such a column would leave rows out.",
    ),
    "stop_empty_texts": (
        "Absent text is NULL, never empty.",
        "Empty texts would count as values, and fill rates would be too high.",
    ),
    "stop_allowed_values": (
        "Lists of values are closed.",
        "A filter on the listed values would leave rows out.",
    ),
    "stop_number_ranges": (
        "Numbers are finite, in their range.",
        "Sums and averages would be wrong, or not a number.",
    ),
}
"""What each rule means, and what follows where rows offend; its header says so."""


def generic_checks() -> dict[str, str]:
    """The checks by name, every one of severity *stop*."""
    empty, unlisted = "a text is empty", "a value is not in its list"
    missing, number = "a required value is NULL", "a number is not finite or out of its range"
    selects = {
        "stop_keys": _keys(),
        "stop_foreign_keys": _references(),
        "stop_required_columns": _rows(missing, _is_null),
        "stop_empty_texts": _rows(empty, _is_empty),
        "stop_allowed_values": _rows(unlisted, _is_other),
        "stop_number_ranges": _rows(number, _is_outside),
    }
    return {name: _query(*_RULES[name], each) for name, each in selects.items()}


def _query(meaning: str, consequence: str, selects: Iterable[str]) -> str:
    return (
        f"-- {meaning}\n-- Consequence: {consequence}\n-- Cure: {_CURE}\n"
        f"select relation, key_value, problem\nfrom (\n{_all_of(selects)}\n)"
        " as offenders\norder by relation, key_value, problem\n"
    )


def _all_of(selects: Iterable[str]) -> str:
    return indent("\nunion all\n".join(selects), "    ")


def _select(relation: str, key_value: str, problem: str, rows: str = "") -> str:
    """One branch of a check; `rows` is what follows the name of the relation."""
    return (
        f"select '{relation}' as relation, {key_value} as key_value,\n    '{problem}' as problem\n"
        f"from {relation}{rows}"
    )


def key_value(relation: Relation) -> str:
    """The key of a row as one text."""
    types = {column.name: column.type for column in relation.columns}
    texts = [
        name if types[name] == "VARCHAR" else f"cast({name} as varchar)" for name in relation.key
    ]
    return texts[0] if len(texts) == 1 else f"concat_ws(' ', {', '.join(texts)})"


def _keys() -> Iterator[str]:
    """For each relation the keys that are NULL or name several rows."""
    for each in relations().values():
        missing = " or ".join(f"{name} is null" for name in each.key)
        rows = f"\ngroup by {', '.join(each.key)}\nhaving count(*) > 1 or {missing}"
        if each.kind == "tables" and len(each.key) == 1:
            # The values of one column have been counted already; to group millions of images
            # once more would cost more than all other checks together.
            rows = (
                "\nwhere not exists (\n    select 1 from data_completeness\n"
                f"    where table_name = '{each.name}' and column_name = '{each.key[0]}'\n"
                f"        and distinct_count = row_count\n){rows}"
            )
        yield _select(each.name, key_value(each), "key is NULL or names several rows", rows)


def _references() -> Iterator[str]:
    """For each column referred to the values that lead nowhere."""
    # One look-up for each relation referred to: it is hashed once, not once for each column.
    used: dict[str, list[str]] = {}
    for each in relations().values():
        for column in each.columns:
            if column.references:
                problem = f"{column.name} is not in {column.references.partition('.')[0]}"
                values = _select(each.name, column.name, problem)
                used.setdefault(column.references, []).append(values)
    for target, selects in sorted(used.items()):
        yield (
            f"select used.relation, used.key_value, used.problem\nfrom (\n{_all_of(selects)}\n)"
            f" as used\nleft join {target.partition('.')[0]} on used.key_value = {target}\n"
            f"where used.key_value is not null and {target} is null"
        )


def _rows(problem: str, condition: Callable[[Relation, Column], str]) -> Iterator[str]:
    """The rows of each relation in which a column meets its condition, if it has one."""
    for each in relations().values():
        conditions = [found for column in each.columns if (found := condition(each, column))]
        if conditions:
            rows = "\nwhere " + "\n    or ".join(conditions)
            yield _select(each.name, key_value(each), problem, rows)


def _is_null(_: Relation, column: Column) -> str:
    return "" if column.nullable else f"{column.name} is null"


def _is_empty(relation: Relation, column: Column) -> str:
    is_asked = relation.kind == "tables" and column.type == "VARCHAR"
    return f"{column.name} = ''" if is_asked else ""


def _is_other(_: Relation, column: Column) -> str:
    values = ", ".join(f"'{value}'" for value in column.values)
    return f"{column.name} not in ({values})" if values else ""


def _is_outside(_: Relation, column: Column) -> str:
    low, high = column.bounds
    if column.type == "DOUBLE":  # NaN sorts above all numbers, so a range finds it, too
        return f"{column.name} not between {low or f'-{_FINITE}'} and {high or _FINITE}"
    if low and high:
        return f"{column.name} not between {low} and {high}"
    return f"{column.name} < {low}" if low else ""
