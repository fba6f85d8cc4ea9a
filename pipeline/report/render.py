"""`report.html`: one self-contained page made from the SELECTs of `sql/report/`.

Nothing of the data is ever run or fetched: all text is escaped, and the page forbids itself frames,
network, and all scripts but the two of `explorer`. The same build always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pipeline
from pipeline.core.catalog import sql_folder
from pipeline.core.results import Archive, Finding
from pipeline.core.text import plain
from pipeline.report.charts import BarChart, bar_chart, number, share, thin_out
from pipeline.report.explorer import Fetch, explorer

if TYPE_CHECKING:
    from jinja2 import Environment

Rows: TypeAlias = list[dict[str, Any]]
Ask: TypeAlias = Callable[[str], Rows]
"""Runs a SELECT on the tables and marts of the build; a row is a mapping by column."""

_MOST_MARKS = 12
_BUCKETS = range(0, 200, 10)
_BREAK = "; the archive changes abruptly here"


def queries() -> dict[str, str]:
    """Read the SELECT of each part of the report, by name."""
    files = sorted((sql_folder() / "report").glob("*.sql"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def render(
    ask: Ask, fetch: Fetch, archive: Archive, findings: list[Finding], check_count: int
) -> str:
    """Render the whole page; `findings` are the checks that found rows, of `check_count`."""
    rows = {name: ask(query) for name, query in queries().items()}
    (totals,) = rows["totals"]
    coverage, grain = _coverage(rows["periods"])
    periods = sorted({row["period"] for row in rows["topic_periods"]})
    format_period = _FORMATS[rows["topic_periods"][0]["grain"]] if periods else str
    return (
        environment()
        .get_template("report.html.jinja")
        .render(
            rows
            | {
                "archive": archive,
                "totals": totals,
                "findings": findings,
                "check_count": check_count,
                "version": pipeline.__version__,
                "explorer": explorer(fetch),
                "coverage": coverage,
                "grain": grain,
                "topic_periods": _shades(rows["topic_periods"], format_period),
                "first_period": format_period(periods[0]) if periods else "",
                "last_period": format_period(periods[-1]) if periods else "",
                "quality": {
                    "Articles": _quality(rows["quality"], "article"),
                    "Mentions": _quality(rows["quality"], "related"),
                },
                "interval_scale": _interval_scale(rows["factors"]),
                "narrow_topics": [row for row in rows["topics"] if not row["is_universal"]],
            }
        )
    )


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
        "signed": lambda value: f"+{number(value, 1)}" if value and value > 0 else number(value, 1),
        "number": number,
        "share": share,
        "percent": _percent,
        "day": _day,
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
    starts = [
        (index, _FORMATS["day" if grain == "day" else "year"](row["period"]))
        for index, row in enumerate(rows)
        if grain != "month" or row["period"].month == 1 or len(rows) < _MOST_MARKS
    ]
    breaks = {index for index, row in enumerate(rows) if row["is_break"]}
    return bar_chart(values, thin_out(starts, _MOST_MARKS), breaks=breaks), grain


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


def _shades(
    rows: Rows, format_period: Callable[[date], str]
) -> dict[str, list[tuple[str, float, bool]]]:
    """The periods of each topic: a label, a shade of 0 to 1 by the largest of its topic, and
    whether the make-up of the archive changes in it."""
    highest: dict[str, int] = {}
    for row in rows:
        highest[row["topic"]] = max(row["article_count"], highest.get(row["topic"], 0))
    shades: dict[str, list[tuple[str, float, bool]]] = {topic: [] for topic in highest}
    for row in rows:
        topic, count = row["topic"], row["article_count"]
        label = (
            f"{topic}, {format_period(row['period'])}: {number(count)}{_BREAK * row['is_break']}"
        )
        shade = round(share(count, highest[topic]) / 100, 3)
        shades[topic].append((label, shade, row["is_break"]))
    return shades


def _interval_scale(rows: Rows) -> float:
    """The farthest end of any interval, so that all are drawn on one scale."""
    ends = ("difference_low", "difference_high", "adjusted_low", "adjusted_high")
    return max((abs(row[end]) for row in rows for end in ends if row[end] is not None), default=1.0)
