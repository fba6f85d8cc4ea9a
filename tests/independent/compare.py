"""Compares a build with the recount, cell by cell."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from .breaks import mark_breaks, series_breaks
from .copies import copy_marts
from .drivers import driver_marts
from .factors import quality_factors
from .firsts import first_marts
from .links import link_marts
from .marts import data_completeness, marts
from .stories import story_marts
from .tidy import Row, Tables, recount

KEYS = {
    "files": ("source_path",),
    "articles": ("article_id",),
    "article_topics": ("article_id", "topic"),
    "related_items": ("article_id", "related_position"),
    "images": ("image_id",),
    "providers": ("provider_domain",),
    "provider_names": ("provider_domain", "provider_name"),
    "topics": ("topic",),
    "pages": ("page_id",),
    "page_paragraphs": ("page_id", "paragraph_position"),
    "provider_summary": ("provider_domain",),
    "provider_monthly": ("provider_domain", "month"),
    "quality_distribution": ("role", "type", "quality_bucket"),
    "quality_monthly": ("month",),
    "topic_summary": ("topic",),
    "topic_monthly": ("topic", "month"),
    "topic_pairs": ("topic_a", "topic_b"),
    "data_completeness": ("table_name", "column_name"),
    "daily_coverage": ("date",),
    "page_mentions": ("page_id", "kind", "value"),
    "page_links": ("page_id", "rank"),
    "provider_links": ("from_domain", "to_domain"),
    "provider_pairs": ("domain_a", "domain_b"),
    "topic_providers": ("topic", "provider_domain"),
    "provider_publishers": ("provider_domain", "provider_name"),
    "image_hosts": ("host", "owner"),
    "quality_factors": ("factor", "level"),
    "series_breaks": ("series", "month"),
    "stories": ("story_id",),
    "story_articles": ("story_id", "article_id"),
    "clusters": ("cluster_id",),
    "cluster_articles": ("cluster_id", "article_id"),
    "provider_timeliness": ("provider_domain",),
    "copy_pairs": ("earlier_article_id", "later_article_id"),
    "copy_articles": ("copy_id", "article_id"),
    "syndication": ("copy_id",),
    "duplicate_articles": ("article_id",),
}
NOT_RECOUNTED = {
    "rejects": {"problem_number", "line", "raw_value", "message"},
    "pages": {"section", "headline", "dek", "dateline", "copyright_year", "copyright_holder"}
    | {"paragraph_count", "word_count", "quote_count", "body_text"},
    "page_paragraphs": {"role"},
}
"""Columns whose values the recount takes as published; the parser cases hold them."""


@dataclass
class Comparison:
    """What was compared, and where build and recount differ."""

    raw: Path
    cells: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    resolved: int = 0
    canonical_urls_as_simple: int = 0

    def __str__(self) -> str:
        lines = [f"{table:22}{count:12,} cells" for table, count in self.cells.items()]
        lines.append(
            f"{self.raw.name}: {self.cells.total():,} cells compared,"
            f" {len(self.differences):,} differences;"
            f" {self.resolved:,} related items resolve"
        )
        return "\n".join([*lines, *self.differences[:40]])


def published(out: Path) -> Tables:
    """The rows of every Parquet file of a build."""
    files = [*out.glob("tables/*.parquet"), *out.glob("marts/*.parquet")]
    return {file.stem: pq.read_table(file).to_pylist() for file in files}


def compare(raw: Path, out: Path) -> Comparison:
    """Recount an archive and hold every published cell against it."""
    found, expected = published(out), recount(raw)
    comparison = Comparison(raw)
    compare_rejects(comparison, found, expected)
    for table, columns in NOT_RECOUNTED.items():
        take_as_published(expected, found, table, columns)
    same_pages(comparison, found)
    adopt_spelling(comparison, found, expected)
    expected |= copy_marts(expected)
    expected |= marts(expected) | driver_marts(expected) | story_marts(expected)
    expected |= link_marts(expected) | first_marts(expected)
    expected["quality_factors"] = list(quality_factors(expected))
    expected["series_breaks"] = list(series_breaks(expected))
    mark_breaks(expected)
    tidy = {name: list_columns(out / "tables" / f"{name}.parquet") for name in tidy_names(out)}
    expected["data_completeness"] = data_completeness(expected, tidy)
    for table in KEYS:
        compare_table(comparison, table, found[table], expected[table])
    comparison.resolved = sum(bool(r["related_article_id"]) for r in expected["related_items"])
    return comparison


def tidy_names(out: Path) -> list[str]:
    return sorted(path.stem for path in out.glob("tables/*.parquet"))


def list_columns(path: Path) -> list[str]:
    return list(pq.read_schema(path).names)


def take_as_published(expected: Tables, found: Tables, table: str, columns: set[str]) -> None:
    if table == "rejects":
        expected[table] = found[table]
        return
    rows = {key_of(table, row): row for row in found[table]}
    for row in expected[table]:
        given = rows.get(key_of(table, row), {})
        row.update({column: given.get(column) for column in columns})


def compare_rejects(comparison: Comparison, found: Tables, expected: Tables) -> None:
    """Problems as a bag of (file, severity, code, field): their order is not the contract's."""
    columns = ("source_path", "severity", "code", "field")
    bags = [
        Counter(tuple(row[column] for column in columns) for row in tables["rejects"])
        for tables in (found, expected)
    ]
    comparison.cells["rejects"] = bags[0].total() * len(columns)
    for name, extra in (("published", bags[0] - bags[1]), ("recounted", bags[1] - bags[0])):
        comparison.differences += [f"rejects: only {name}: {row}" for row in extra.elements()]


def same_pages(comparison: Comparison, found: Tables) -> None:
    """Counts and text of each page are those of its body paragraphs."""
    for page in found["pages"]:
        body = [
            row
            for row in found["page_paragraphs"]
            if row["page_id"] == page["page_id"] and row["role"] == "body"
        ]
        body.sort(key=lambda row: row["paragraph_position"])
        sums = {
            "paragraph_count": len(body),
            "word_count": sum(row["word_count"] for row in body),
            "body_text": "\n".join(row["text"] for row in body) or None,
        }
        compare_rows(comparison, "pages", (page["page_id"],), page, sums)


def adopt_spelling(comparison: Comparison, found: Tables, expected: Tables) -> None:
    """Take the published spelling of canonical URLs where it names the same page.

    The standard also settles dot segments, default ports, and percent-encoding; what must agree is
    which addresses are one page: simple and published forms have to map one to one.
    """
    spelling: dict[str, str] = {}
    for table in ("articles", "related_items"):
        rows = {key_of(table, row): row for row in found[table]}
        for row in expected[table]:
            given = rows.get(key_of(table, row), {}).get("canonical_url")
            if given is not None and row["canonical_url"] is not None:
                comparison.canonical_urls_as_simple += given == row["canonical_url"]
                spelling.setdefault(row["canonical_url"], given)
    doubled = [url for url, count in Counter(spelling.values()).items() if count > 1]
    comparison.differences += [f"canonical_url: one page of several: {url}" for url in doubled]
    for table in ("articles", "related_items"):
        for row in expected[table]:
            row["canonical_url"] = spelling.get(row["canonical_url"], row["canonical_url"])


def key_of(table: str, row: Row) -> tuple[Any, ...]:
    return tuple(row[column] for column in KEYS[table])


def compare_table(
    comparison: Comparison, table: str, found: list[Row], expected: list[Row]
) -> None:
    wanted = {key_of(table, row): row for row in expected}
    if len(wanted) != len(expected):
        comparison.differences.append(f"{table}: the recount has a key twice")
    keys = [key_of(table, row) for row in found]
    if keys != sorted(wanted):
        missing, surplus = set(wanted) - set(keys), set(keys) - set(wanted)
        comparison.differences.append(
            f"{table}: {len(missing)} rows missing, {len(surplus)} too many, or out of order:"
            f" {sorted(missing)[:3]} {sorted(surplus)[:3]}"
        )
    for key, row in zip(keys, found, strict=True):
        if key in wanted:
            ignored = NOT_RECOUNTED.get(table, set())
            compare_rows(
                comparison,
                table,
                key,
                {column: value for column, value in row.items() if column not in ignored},
                {c: v for c, v in wanted[key].items() if c not in ignored},
            )


def compare_rows(
    comparison: Comparison, table: str, key: tuple[Any, ...], found: Row, expected: Row
) -> None:
    names = expected if table == "pages" else found
    for name in names:
        comparison.cells[table] += 1
        if name not in expected:
            comparison.differences.append(f"{table}.{name}: not recounted")
        elif not same(found.get(name), expected[name], name):
            comparison.differences.append(
                f"{table}{list(key)}.{name}: published {found.get(name)!r},"
                f" recounted {expected[name]!r}"
            )


def same(found: object, expected: object, name: str) -> bool:
    if name == "extra" and isinstance(found, str) and isinstance(expected, str):
        return bool(json.loads(found) == json.loads(expected))
    if isinstance(found, float) and isinstance(expected, float | int):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
    return type(found) is type(expected) and found == expected
