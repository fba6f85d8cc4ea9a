"""The sections of the report that follow the charts; each from the rows of one SELECT."""

from __future__ import annotations

from typing import Any, TypeAlias

from pipeline.core.text import plain
from pipeline.report.charts import number
from pipeline.report.html import Html, html
from pipeline.report.shapes import (
    day,
    faint,
    figure,
    measure,
    name,
    percent,
    row,
    section,
    source,
    table,
)

Rows: TypeAlias = list[dict[str, Any]]


def stories(rows: Rows) -> Html:
    """The largest stories."""
    return section(
        "Which stories are largest?",
        html(
            "<p>Articles joined by resolved related links or one address; named by the first of "
            "them {}</p>",
            source("stories"),
        ),
        table(
            "first article|by|#articles|#providers|began|#hours",
            (
                row(
                    name(each["lead_title"], "title"),
                    name(each["lead_provider"]),
                    figure(number(each["article_count"])),
                    figure(number(each["provider_count"])),
                    html("<td>{}</td>", day(each["first_published_at"])),
                    figure(number(each["span_hours"])),
                )
                for each in rows
            ),
        ),
    )


def links(rows: Rows) -> Html:
    """Who links to whom most."""
    most = max((each["mention_count"] for each in rows), default=0)
    return section(
        "Who links to whom?",
        html(
            "<p>Mentions from one domain to another; a lift above 1 is more often than their "
            "sizes explain {}</p>",
            source("provider_links"),
        ),
        table(
            "from|to|mentions|#distinct|#share of from|#lift",
            (
                row(
                    name(each["from_domain"]),
                    name(each["to_domain"]),
                    measure(each["mention_count"], most, number(each["mention_count"]), "second"),
                    figure(number(each["distinct_related_count"])),
                    figure(percent(each["mention_share"])),
                    figure(number(each["lift"], 1)),
                )
                for each in rows
            ),
        ),
    )


def completeness(rows: Rows) -> Html:
    """How often each column has a value."""
    return section(
        "How complete are the articles?",
        html(
            "<p>Share of articles that have a value; columns that are always filled are left out "
            "{}</p>",
            source("data_completeness"),
        ),
        table(
            "column|filled|#articles",
            (
                row(
                    html("<td><code>{}</code></td>", each["column_name"]),
                    measure(each["fill_rate"], 1, percent(each["fill_rate"])),
                    faint(each["filled_count"]),
                )
                for each in rows
            ),
            kind="narrow",
        ),
    )


def problems(rows: Rows) -> Html:
    """What was lost, by code."""
    return section(
        "What was lost, and why?",
        html(
            "<p>Problems in raw files; <code>newsloom rejects</code> shows each with its file and "
            "line {}</p>",
            source("rejects"),
        ),
        table(
            "code|lost|#problems|#files",
            (
                row(
                    html("<td><code>{}</code></td>", plain(each["code"])),
                    html(
                        "<td>{}</td>",
                        "the file" if each["severity"] == "error" else "a field or item",
                    ),
                    figure(number(each["problem_count"])),
                    figure(number(each["file_count"])),
                )
                for each in rows
            ),
        ),
    )
