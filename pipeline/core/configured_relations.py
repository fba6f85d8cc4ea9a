"""The relations that a configuration adds columns to, or gives another meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.core.catalog import ANY_NUMBER, NUMBERS, Column, Relation, as_defined, with_first
from pipeline.core.configuration import Configuration, Labels

IN_THE_ZONE = "in the zone"
"""How the meaning of a day says that a configuration has given it a zone."""

_COMPLETENESS = "data_completeness"


def configured_relations(configuration: Configuration) -> dict[str, Relation]:
    """The relations, by name, that are not as they are defined."""
    found: dict[str, Relation] = {}
    articles, providers = as_defined("articles"), as_defined("providers")
    added = [*_lifted(configuration)]
    columns = [*(_changed(each, configuration) for each in articles.columns), *added]
    if columns != [*articles.columns]:
        found["articles"] = replace(articles, columns=tuple(columns))
    if labels := configuration.labels:
        labelled = (*providers.columns, *_labels(labels))
        query = _labelled(providers, labels)
        found["providers"] = replace(providers, columns=labelled, query=query)
    names = {
        "articles": [each.name for each in added],
        "providers": labels.columns if labels else (),
    }
    if any(names.values()):
        completeness = as_defined(_COMPLETENESS)
        counts = [_counts(table, name) for table, each in names.items() for name in each]
        found[_COMPLETENESS] = replace(completeness, query=_all_counts(completeness, counts))
    return found


def added_column(name: str, kind: str, meaning: str, source: str) -> Column:
    """A column of that type that a configuration adds: any value, or none."""
    bounds = ANY_NUMBER if kind in NUMBERS else None
    return Column(name, kind, meaning, source, nullable=True, range=bounds)


def _lifted(configuration: Configuration) -> Iterator[Column]:
    for name, lifted in configuration.lifted.items():
        source = ".".join(lifted.way)
        meaning = lifted.meaning or f"The field {source} of the record; NULL when it has none."
        yield added_column(name, lifted.type, meaning, source)


def _changed(column: Column, configuration: Configuration) -> Column:
    """A column of articles where days have a zone, or where the archive lacks its field."""
    if column.name == "published_date" and configuration.day_zone != "UTC":
        zone = configuration.day_zone
        return replace(column, meaning=f"Day of published_at, {IN_THE_ZONE} {zone}.")
    if column.name in configuration.lacking_columns:
        lacks = "NULL, because no record of this archive has the field."
        return replace(column, meaning=f"{column.meaning} Here {lacks}", nullable=True)
    return column


def _labels(labels: Labels) -> Iterator[Column]:
    for name in labels.columns:
        meaning = f"What {labels.source} says of the outlet; NULL when it says nothing."
        yield added_column(name, "VARCHAR", meaning, labels.source)


def _labelled(providers: Relation, labels: Labels) -> str:
    """The SELECT of providers with the labels of each."""
    nobody = {"": ("",) * len(labels.columns)}  # rows of no outlet, where there are no others
    rows = ",\n".join(
        f"    ({', '.join(map(_literal, (domain, *texts)))})"
        for domain, texts in (labels.rows or nobody).items()
    )
    names = ", ".join(("provider_domain", *labels.columns))
    own = "\n".join(f"    unlabelled.{name}," for name in providers.column_names)
    more = "\n".join(
        f"    cast(outlet_labels.{name} as varchar) as {name}," for name in labels.columns
    )
    query = (
        f"select\n{own}\n{more}\nfrom unlabelled\nleft join outlet_labels\n"
        "    on unlabelled.provider_domain = outlet_labels.provider_domain\n"
        "order by unlabelled.provider_domain\n"
    )
    values = f"select {names},\nfrom (values\n{rows}\n) as given ({names})\n"
    return with_first(query, {"outlet_labels": values, "unlabelled": providers.query or ""})


def _literal(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'" if text else "null"


def _counts(table: str, column: str) -> str:
    return (
        f"select\n    '{table}' as table_name,\n    '{column}' as column_name,\n"
        f"    count(*) as row_count,\n    count({column}) as filled_count,\n"
        f"    cast(count({column}) as double) / nullif(count(*), 0) as fill_rate,\n"
        f"    count(distinct {column}) as distinct_count,\nfrom {table}\n"
    )


def _all_counts(completeness: Relation, counts: list[str]) -> str:
    columns = "\n".join(
        f"    cast({each.name} as {each.type.lower()}) as {each.name},"
        for each in completeness.columns
    )
    names = ", ".join(completeness.column_names)
    union = "union all\n".join((f"select {names},\nfrom of_contract\n", *counts))
    query = f"select\n{columns}\nfrom all_counts\norder by {', '.join(completeness.key)}\n"
    first = {"of_contract": completeness.query or "", "all_counts": union}
    return with_first(query, first)
