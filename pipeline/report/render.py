"""`report.html`: one self-contained page made from the SELECTs of `sql/report/`.

Nothing of the data is ever run or fetched: all text is escaped, no address becomes a link, and the
page forbids itself scripts, frames and network. The same build always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import pipeline
from pipeline.core.catalog import sql_folder
from pipeline.core.results import Finding
from pipeline.report import closing_sections as last_sections
from pipeline.report import sections
from pipeline.report.charts import Columns, columns, number, share, thinned
from pipeline.report.html import Html, html, joined

Rows: TypeAlias = list[dict[str, Any]]
Ask: TypeAlias = Callable[[str], Rows]
"""Runs a SELECT on the tables and marts of the build; a row is a mapping by column."""

_MOST_MARKS = 12
_BUCKETS = range(0, 200, 10)


def queries() -> dict[str, str]:
    """The SELECT of each part of the report, by name."""
    files = sorted((sql_folder() / "report").glob("*.sql"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>newsloom report</title>
<style>
{}
</style>
</head>
<body>
{}
<main>
{}
</main>
<footer><p>Made by newsloom {}. Each figure is a row of the table or mart named beside it; \
all are in <code>analytics.duckdb</code> of the same folder.</p></footer>
</body>
</html>
"""


def render(ask: Ask, findings: list[Finding], check_count: int) -> str:
    """The whole page as HTML; `findings` are the checks that found rows, of `check_count`."""
    rows = {name: ask(query) for name, query in queries().items()}
    (totals,) = rows["totals"]
    shown = [sections.trust(totals, findings, check_count)]
    if totals["article_count"]:
        shown += _of_articles(rows)
    last = {
        "stories": last_sections.stories,
        "links": last_sections.links,
        "completeness": last_sections.completeness,
        "problems": last_sections.problems,
    }
    shown += [drawn(rows[name]) for name, drawn in last.items() if rows[name]]
    style = Html(Path(__file__).with_name("report.css").read_text(encoding="utf-8"))
    return html(_PAGE, style, sections.header(totals), joined(shown), pipeline.__version__)


def _of_articles(rows: dict[str, Rows]) -> list[Html]:
    spread = {role: _spread(rows["quality"], role) for role in ("article", "related")}
    return [
        sections.coverage(*_coverage(rows["periods"])),
        sections.providers(rows["providers"]),
        sections.topics(rows["topics"], _grid(rows["topic_periods"])),
        sections.quality(spread, rows["factors"], _scale(rows["factors"])),
    ]


_NAMED: dict[str, Callable[[date], str]] = {
    "day": lambda day: day.isoformat(),
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day.year} Q{(day.month + 2) // 3}",
    "year": lambda day: str(day.year),
}


def _coverage(rows: Rows) -> tuple[Columns, str]:
    """Articles per period as a bar chart, and the grain of the periods."""
    grain = rows[0]["grain"] if rows else "month"
    named = _NAMED[grain]
    values = [
        (f"{named(row['period'])}: {number(row['article_count'])} articles", row["article_count"])
        for row in rows
    ]
    starts = [
        (place, named(row["period"]) if grain == "day" else str(row["period"].year))
        for place, row in enumerate(rows)
        if grain != "month" or row["period"].month == 1 or len(rows) < _MOST_MARKS
    ]
    return columns(values, thinned(starts, _MOST_MARKS)), grain


def _spread(rows: Rows, role: str) -> Columns:
    """Items of a role per ten points of quality."""
    counts = {row["bucket"]: row["item_count"] for row in rows if row["role"] == role}
    values = [
        (
            f"quality {bucket} to {bucket + 9}: {number(counts.get(bucket, 0))}",
            counts.get(bucket, 0),
        )
        for bucket in _BUCKETS
    ]
    marks = [(bucket // 10, str(bucket)) for bucket in _BUCKETS if bucket % 50 == 0]
    return columns(values, marks, width=460, height=160)


def _grid(rows: Rows) -> dict[str, Any]:
    """Topics by periods: a shade from 0 to 1 for each cell, by the largest of its topic."""
    highest: dict[str, int] = {}
    for row in rows:
        highest[row["topic"]] = max(row["article_count"], highest.get(row["topic"], 0))
    named = _NAMED[rows[0]["grain"]] if rows else str
    lines: dict[str, list[tuple[str, float]]] = {}
    for row in rows:
        label = f"{row['topic']}, {named(row['period'])}: {number(row['article_count'])}"
        shade = share(row["article_count"], highest[row["topic"]]) / 100
        lines.setdefault(row["topic"], []).append((label, round(shade, 3)))
    periods = [named(period) for period in sorted({row["period"] for row in rows})]
    return {"lines": lines, "first": periods[:1], "last": periods[-1:]}


def _scale(rows: Rows) -> float:
    """The farthest end of any interval, so that all are drawn on one scale."""
    return max(
        (abs(row[end]) for row in rows for end in ("difference_low", "difference_high")),
        default=1.0,
    )
