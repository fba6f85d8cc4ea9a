"""Simulated articles, and the rows that the real SELECT of a mart gives for them.

Whole archives would take minutes to write and to read; a mart only sees tables.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.core.catalog import relations

Articles = dict[str, NDArray[Any]]
"""The columns of simulated articles; those left out have the value below."""

Row = dict[str, Any]

DEFAULTS = {
    "article_id": "cast(row_number() over () as varchar)",
    "provider_domain": "'a.example'",
    "published_at": "timestamp '2024-01-01 10:00:00'",
    "published_precision": "'time'",
    "quality": "50",
    "type": "'article'",
    "title": "'A title of simulated articles'",
    "excerpt": "'An excerpt'",
    "has_amp": "true",
    "image_count": "1",
    "topic_count": "1",
    "related_count": "0",
}


@cache
def connection() -> duckdb.DuckDBPyConnection:
    """One DuckDB for all simulated archives, each of which replaces the one before."""
    con = duckdb.connect()
    con.execute("set threads = 1")
    con.execute("set TimeZone = 'UTC'")
    columns = [f"{name} {type_of(name)}" for name in (*DEFAULTS, "published_date")]
    con.execute(f"create table articles ({', '.join(columns)})")
    con.execute("create table providers (provider_domain text, article_count bigint)")
    return con


@cache
def prepared(name: str) -> list[str]:
    """Plan the SELECT of a mart, once for all archives; gives its columns."""
    query = relations()[name].query
    connection().execute(f"prepare {name} as {query}")
    return list(relations()[name].column_names)


def mart(name: str, articles: Articles) -> list[Row]:
    """The rows of a mart that reads `articles` and `providers` only."""
    con = connection()
    con.register("simulated", pa.table(articles))
    values = [column if column in articles else value for column, value in DEFAULTS.items()]
    con.execute("truncate articles; truncate providers")
    con.execute(
        f"insert into articles ({', '.join(DEFAULTS)}) select {', '.join(values)} from simulated"
    )
    con.execute("update articles set published_date = cast(published_at as date)")
    con.execute(
        "insert into providers"
        " select provider_domain, count(*) from articles group by provider_domain"
    )
    names = prepared(name)
    rows = con.execute(f"execute {name}").fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


@cache
def type_of(column: str) -> str:
    return next(c.type for c in relations()["articles"].columns if c.name == column)


def sizes(rng: np.random.Generator, providers: int, mean: int, spread: str) -> NDArray[np.int_]:
    """Articles of each provider: `equal`, or `unequal` as 1, 1/2, 1/3 and so on."""
    if spread == "equal":
        return np.full(providers, mean)
    weights = 1 / np.arange(1, providers + 1)
    counts: NDArray[np.int_] = np.round(weights / weights.sum() * providers * mean).astype(int)
    return np.maximum(2, counts)


def domains(numbers: NDArray[Any]) -> NDArray[Any]:
    """A domain for each number."""
    return np.char.add(numbers.astype(str), ".example")


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} % of {whole:,}"
