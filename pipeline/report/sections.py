"""The sections of the report, each from the rows of one or two SELECTs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from pipeline.core.results import Finding
from pipeline.core.text import plain
from pipeline.report.charts import Columns, number, share
from pipeline.report.html import Html, html, joined
from pipeline.report.shapes import (
    chart,
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

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = list[Row]


def header(totals: Row) -> Html:
    """What the archive holds, in a sentence and some figures."""
    lead = html(
        "{} articles of {} providers{}. All times are UTC.",
        number(totals["article_count"]),
        number(totals["publishing_count"]),
        f", published {day(totals['first_published_at'])} to {day(totals['last_published_at'])}"
        if totals["article_count"]
        else "",
    )
    facts = (
        ("Articles", number(totals["article_count"]), ""),
        (
            "Mentions",
            number(totals["mention_count"]),
            f"entries in lists of related items; {number(totals['resolved_count'])} are articles "
            "of this archive",
        ),
        (
            "Providers",
            number(totals["provider_count"]),
            f"{number(totals['publishing_count'])} of them with articles",
        ),
        ("Topics", number(totals["topic_count"]), ""),
        ("Stories", number(totals["story_count"]), "of two or more linked articles"),
        ("Pages", number(totals["page_count"]), ""),
        (
            "Mean quality",
            number(totals["avg_quality"], 1),
            f"n = {number(totals['rated_count'])} rated articles; not a percentage",
        ),
    )
    return html(
        "<header>\n<h1>What this archive holds</h1>\n"
        '<p class="lead">{}</p>\n<dl class="facts">\n{}\n</dl>\n</header>',
        lead,
        joined(_fact(*fact) for fact in facts),
    )


def _fact(label: str, value: str, note: str) -> Html:
    noted = html('<dd class="note">{}</dd>', note) if note else ""
    return html("<div><dt>{}</dt><dd>{}</dd>{}</div>", label, value, noted)


def trust(totals: Row, findings: Sequence[Finding], check_count: int) -> Html:
    """What became of the raw files, and which checks found something."""
    told = html(
        "<p>Of {} raw files {} were loaded, {} skipped for a stated reason and {} rejected. "
        "Of {} checks {} found nothing{}</p>",
        number(totals["file_count"]),
        number(totals["loaded_count"]),
        number(totals["skipped_count"]),
        number(totals["rejected_count"]),
        check_count,
        check_count - len(findings),
        "; these warn:" if findings else ".",
    )
    warned = joined(
        html(
            "<li><code>{}</code> {} {}</li>",
            *(each.check, number(each.rows), "row" if each.rows == 1 else "rows"),
        )
        for each in findings
    )
    listed = html('<ul class="plain">\n{}\n</ul>', warned) if findings else ""
    return section("Can the numbers be trusted?", told, listed)


def coverage(drawn: Columns, grain: str) -> Html:
    """Articles over time."""
    return section(
        "How many articles are there over time?",
        html("<p>Articles per {} of publication {}</p>", grain, source("daily_coverage")),
        chart(drawn, f"Articles per {grain}"),
    )


def providers(rows: Rows) -> Html:
    """The providers with most articles."""
    most_articles, most_mentions = _most(rows, "article_count"), _most(rows, "mention_count")
    return section(
        "Who publishes most?",
        html(
            "<p>The providers with most articles. Mentions are counted apart and never added to "
            "articles {}</p>",
            source("provider_summary"),
        ),
        table(
            "provider|articles|mentions|#share|#mean quality|#n",
            (
                row(
                    name(each["provider_domain"]),
                    _count(each, "article_count", most_articles),
                    _count(each, "mention_count", most_mentions, "second"),
                    figure(percent(each["article_share"])),
                    figure(number(each["avg_quality"], 1)),
                    faint(each["rated_article_count"]),
                )
                for each in rows
            ),
        ),
    )


def _most(rows: Rows, column: str) -> int:
    return max((each[column] for each in rows), default=0)


def _count(each: Row, column: str, most: int, kind: str = "") -> Html:
    return measure(each[column], most, number(each[column]), kind)


def topics(rows: Rows, periods: dict[str, Any]) -> Html:
    """The topics with most articles, and when."""
    most_articles = _most(rows, "article_count")
    return section(
        "What is written about?",
        html(
            "<p>The topics with most articles; concentration is the Herfindahl index of their "
            "providers, 1 where one provider has all {}</p>",
            source("topic_summary"),
        ),
        table(
            "topic|articles|#providers|#concentration|#mean quality|#n|peak month",
            (
                row(
                    name(each["topic"]),
                    _count(each, "article_count", most_articles),
                    figure(number(each["provider_count"])),
                    figure(number(each["provider_concentration"], 2)),
                    figure(number(each["avg_quality"], 1)),
                    faint(each["rated_article_count"]),
                    html("<td>{}</td>", day(each["peak_month"])[:7]),
                )
                for each in rows
            ),
        ),
        _heat(periods) if periods["lines"] else "",
    )


def _heat(periods: dict[str, Any]) -> Html:
    cell = '<td class="cell" title="{}"><span style="opacity:{}"></span></td>'
    rows = (
        row(name(topic), *(html(cell, plain(label), shade) for label, shade in cells))
        for topic, cells in periods["lines"].items()
    )
    return html(
        "<p>When: {} on the left to {} on the right; each topic is darkest where it has most "
        'articles {}</p>\n<table class="heat">\n<tbody>\n{}\n</tbody>\n</table>',
        *(periods["first"][0], periods["last"][0], source("topic_monthly"), joined(rows)),
    )


def quality(spread: dict[str, Columns], factors: Rows, scale: float) -> Html:
    """Quality of articles and of mentions, and what goes with it."""
    figures = (
        html(
            "<figure><figcaption>{} by quality {}</figcaption>\n{}\n</figure>",
            *(what, source("quality_distribution"), chart(spread[role], f"{what} by quality")),
        )
        for what, role in (("Articles", "article"), ("Mentions", "related"))
    )
    return section(
        "How good is it, by the archive's own measure?",
        html('<div class="pair">\n{}\n</div>', joined(figures)),
        _factors(factors, scale) if factors else "",
    )


def _factors(rows: Rows, scale: float) -> Html:
    return table(
        "factor|level|#n|#mean|#difference|interval",
        (
            row(
                html("<td>{}</td>", each["factor"].replace("_", " ")),
                html("<td><bdi>{}</bdi></td>", plain(each["level"])),
                faint(each["rated_article_count"]),
                figure(number(each["avg_quality"], 1)),
                figure(_signed(each["quality_difference"])),
                _interval(each["difference_low"], each["difference_high"], scale),
            )
            for each in rows
        ),
        caption=html(
            "What goes with a higher or lower quality: difference from the mean, with its 95 % "
            "interval. Not a cause {}",
            source("quality_factors"),
        ),
    )


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + number(value, 1)


def _interval(low: float, high: float, scale: float) -> Html:
    left = 50 + share(low, scale) / 2 if low > 0 else 50 - share(-low, scale) / 2
    return html(
        '<td class="range" title="{} to {}"><span class="zero"></span>'
        '<span class="span" style="left:{}%;width:{}%"></span></td>',
        *(number(low, 1), number(high, 1), left, share(high - low, scale) / 2),
    )
