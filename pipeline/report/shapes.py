"""What the sections of the report are built of: values as shown, tables, bars, charts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from pipeline.core.text import plain
from pipeline.report.charts import Columns, number, share
from pipeline.report.html import Html, html, joined


def day(value: date | None) -> str:
    """A date or time as its day."""
    if isinstance(value, datetime):
        value = value.date()
    return "–" if value is None else value.isoformat()


def percent(value: float | None) -> str:
    """A share of 0 to 1, as a percentage."""
    return "–" if value is None else f"{100 * value:.1f} %"


def source(name: str) -> Html:
    """Which table or mart a figure is of."""
    return html('<span class="source">{}</span>', name)


def section(heading: str, *body: object) -> Html:
    """A section; its heading is a question."""
    return html("<section>\n<h2>{}</h2>\n{}\n</section>", heading, joined(body))


def table(headings: str, rows: Iterable[Html], kind: str = "", caption: object = "") -> Html:
    """A table; `headings` are parted by `|`, and those of numbers begin with `#`."""
    cells = (
        html('<th class="num">{}</th>', name[1:]) if name[0] == "#" else html("<th>{}</th>", name)
        for name in headings.split("|")
    )
    parts = (
        html('<table class="{}">', kind) if kind else Html("<table>"),
        html("<caption>{}</caption>", caption) if caption else "",
        html("<thead><tr>{}</tr></thead>", joined(cells, "")),
        html("<tbody>\n{}\n</tbody>\n</table>", joined(rows)),
    )
    return joined(parts)


def row(*cells: Html) -> Html:
    """A row of a table."""
    return html("<tr>{}</tr>", joined(cells, ""))


def name(value: str, kind: str = "name") -> Html:
    """A cell with a text of the data, whatever the direction of its writing."""
    return html('<td class="{}"><bdi>{}</bdi></td>', kind, plain(value))


def figure(text: str, kind: str = "num") -> Html:
    """A cell with a number as shown."""
    return html('<td class="{}">{}</td>', kind, text)


def faint(value: float | None) -> Html:
    """A cell with the number of rows behind another number."""
    return figure(number(value), "num faint")


def measure(value: float | None, highest: float, text: str, kind: str = "") -> Html:
    """A cell with a bar as long as `value` is of `highest`, and the number as `text`."""
    bar = html('<span class="fill {}" style="width:{}%"></span>', kind, share(value, highest))
    return html(
        '<td class="measure"><span class="track">{}</span><span class="value">{}</span></td>',
        bar if value else "",
        text,
    )


def chart(drawn: Columns, title: str) -> Html:
    """An upright bar chart."""
    margin = 10 + 7 * max(len(level.label) for level in drawn.levels)
    width, height = drawn.width, drawn.height
    head = html(
        '<svg viewBox="{} -12 {} {}" role="img" aria-label="{}">',
        *(-margin, width + margin + 10, height + 40, title),
    )
    levels = (
        html(
            '<line class="rule" x1="0" x2="{}" y1="{}" y2="{}"/>\n'
            '<text class="axis end" x="-6" y="{}">{}</text>',
            *(width, level.at, level.at, level.at + 4, level.label),
        )
        for level in drawn.levels
    )
    bars = (
        html(
            '<rect class="bar" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
            *(bar.x, bar.y, bar.width, bar.height, bar.label),
        )
        for bar in drawn.bars
    )
    marks = (
        html('<text class="axis mid" x="{}" y="{}">{}</text>', mark.at, height + 18, mark.label)
        for mark in drawn.marks
    )
    return joined((head, *levels, *bars, *marks, Html("</svg>")))
