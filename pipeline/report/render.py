"""`report.html`: one self-contained page made from the SELECTs of `sql/report/`.

Nothing of the data is ever run or fetched: all text is escaped, and the page forbids itself frames,
network, and all scripts but the two of `explorer`. The same build always gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pipeline
from pipeline.core.catalog import relations
from pipeline.core.errors import codes
from pipeline.core.results import Archive, Finding
from pipeline.core.text import plain, prose
from pipeline.core.version import library_versions
from pipeline.report.charts import BarChart, bar_chart, number, opacity, share, thin_out
from pipeline.report.explorer import Fetch, explorer, queries

if TYPE_CHECKING:
    from jinja2 import Environment

Rows: TypeAlias = list[dict[str, Any]]
Ask: TypeAlias = Callable[[str], Rows]
"""Runs a SELECT on the tables and marts of the build; a row is a mapping by column."""

SECTIONS = (
    *("trust", "coverage", "providers", "topics", "quality", "stories", "copies", "lists"),
    *("images", "pages", "completeness", "losses", "others"),
)
"""The parts of the page in their order, each a template in `sections/`."""

_MOST_MARKS = 12
_BUCKETS = range(0, 200, 10)
_BREAK = "; the archive changes abruptly here"
_READ = re.compile(r"\b(?:from|join) (\w+)")
_EXAMPLE = re.compile(r"<p><strong>Example\.</strong>.*?(?=<p><strong>Traps)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Definitions:
    """What the page says of its figures: the rules of the checks by their names, each with meaning,
    consequence and cure, and how each mart is counted, as HTML, by its name."""

    rules: Mapping[str, Any]
    methods: Mapping[str, str]


def render(
    ask: Ask,
    fetch: Fetch,
    archive: Archive,
    findings: list[Finding],
    row_counts: Mapping[str, int],
    definitions: Definitions,
) -> str:
    """Render the page; `findings` are the checks that found rows, `row_counts` rows by table."""
    rows, methods = {name: ask(query) for name, query in queries().items()}, definitions.methods
    (totals,), (highlights,) = rows["totals"], rows["highlights"]
    coverage, grain = _coverage(rows["periods"])
    return (
        environment()
        .get_template("report.html.jinja")
        .render(
            rows
            | {
                "sections": SECTIONS,
                "archive": archive,
                "totals": totals,
                "highlights": highlights,
                "findings": findings,
                "row_counts": row_counts,
                "others": others(row_counts),
                "relations": relations(),
                "rules": definitions.rules,
                "methods": {each: _EXAMPLE.sub("", html) for each, html in methods.items()},
                "codes": codes(),
                "version": pipeline.__version__,
                "libraries": library_versions(),
                "explorer": explorer(fetch),
                "coverage": coverage,
                "grain": grain,
                "quality": {
                    "Articles": _quality(rows["quality"], "article"),
                    "Mentions": _quality(rows["quality"], "related"),
                },
                "quality_over_time": _quality_over_time(rows["quality_months"]),
                "interval_scale": _interval_scale(rows["factors"]),
                "narrow_topics": [row for row in rows["topics"] if not row["is_universal"]],
            }
        )
    )


def others(row_counts: Mapping[str, int]) -> list[str]:
    """The marts with rows that no query of the page reads, such as one that a user has added."""
    read = {*_READ.findall("".join(queries().values()))}
    marts = [each.name for each in relations().values() if each.kind == "marts"]
    return [name for name in marts if row_counts[name] and name not in read]


@cache
def environment() -> Environment:
    """Load the templates of this folder, which show every value as text, plain and escaped.

    Errors: a template that names what it was not given raises `jinja2.UndefinedError`.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: value if hasattr(value, "__html__") else plain(value),
        keep_trailing_newline=True,
    )
    templates.filters |= {
        "signed": lambda value, digits=1: "+" * ((value or 0) > 0) + number(value, digits),
        "number": number,
        "share": share,
        "opacity": opacity,
        "percent": _percent,
        "percent_of": lambda place: f"{100 * place:.2f}%",
        "day": _day,
        "month": lambda value: _day(value)[:7],
        "period": lambda value, grain: _FORMATS[grain](value),
        "words": lambda name: name.replace("_", " "),
        "prose": prose,
        "highest": lambda rows, column: max((row[column] for row in rows), default=0),
    }
    return templates


def _percent(value: float | None) -> str:
    """Format a share of 0 to 1 as a percentage."""
    return "–" if value is None else f"{100 * value:.1f} %"


def _day(value: date | None) -> str:
    """Format the day of a date or time."""
    return "–" if value is None else value.isoformat()[:10]


_FORMATS: dict[str, Callable[[date], str]] = {
    "day": lambda day: day.isoformat(),
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day.year} Q{(day.month + 2) // 3}",
    "year": lambda day: str(day.year),
}


def _coverage(rows: Rows) -> tuple[BarChart, str]:
    """Articles per period as a bar chart, and the grain of the periods."""
    grain = rows[0]["grain"] if rows else "month"
    values = [
        (
            f"{_FORMATS[grain](row['period'])}: {number(row['article_count'])} articles"
            + _BREAK * row["is_break"],
            row["article_count"],
        )
        for row in rows
    ]
    kinds = {index: "break" for index, row in enumerate(rows) if row["is_break"]}
    return bar_chart(values, _marks([row["period"] for row in rows], grain), kinds=kinds), grain


def _marks(periods: list[date], grain: str) -> list[tuple[int, str]]:
    """Which bars have a label, and what it says: each period, or of many months the Januaries."""
    is_long = grain == "month" and len(periods) >= _MOST_MARKS
    starts = [
        (index, _FORMATS["year" if is_long else grain](period))
        for index, period in enumerate(periods)
        if period.month == 1 or not is_long
    ]
    return thin_out(starts, _MOST_MARKS)


def _quality_over_time(rows: Rows) -> BarChart:
    """The median quality of each month; one below 0 has no bar, as one that is not known."""
    values = [
        (
            f"{row['month']:%Y-%m}: median {number(row['median_quality'], 1)},"
            f" four of five from {number(row['p10_quality'], 1)}"
            f" to {number(row['p90_quality'], 1)}, n = {number(row['rated_article_count'])}"
            + _BREAK
            * row["is_break"],
            max(row["median_quality"] or 0, 0),
        )
        for row in rows
    ]
    few = {index: "few" for index, row in enumerate(rows) if row["is_small_group"]}
    breaks = {index: "break" for index, row in enumerate(rows) if row["is_break"]}
    marks = _marks([row["month"] for row in rows], "month")
    return bar_chart(values, marks, height=160, kinds=few | breaks)


def _quality(rows: Rows, role: str) -> BarChart:
    """Items of a role per ten points of quality."""
    counts = {row["bucket"]: row["item_count"] for row in rows if row["role"] == role}
    values = [(bucket, counts.get(bucket, 0)) for bucket in _BUCKETS]
    return bar_chart(
        [(f"quality {low} to {low + 9}: {number(count)}", count) for low, count in values],
        [(index, str(low)) for index, low in enumerate(_BUCKETS) if low % 50 == 0],
        width=460,
        height=160,
    )


def _interval_scale(rows: Rows) -> float:
    """The farthest end of any interval, so that all are drawn on one scale."""
    ends = ("difference_low", "difference_high", "adjusted_low", "adjusted_high")
    return max((abs(row[end]) for row in rows for end in ends if row[end] is not None), default=1.0)
