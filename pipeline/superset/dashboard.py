"""The dashboard: its charts in rows, under a few words on what it is."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pipeline.core.results import Archive
from pipeline.superset.charts import Chart

COLUMNS = 12
"""How wide a row is."""

_HEIGHT = 50  # eight pixels each
_NOTES = (
    "An **article** is a raw file; a **mention** is one entry in the list of related items of an "
    "article, and the same item is mentioned up to hundreds of times. Quality is not a percentage. "
    "Months in which collection or tagging changed are listed as breaks. What a column means is "
    "shown where its dataset is."
)

Named = Callable[[str, str], str]
"""The UUID of what is of a kind and has a name."""


def dashboard(archive: Archive, charts: Iterable[Chart], identifier: Named) -> dict[str, Any]:
    """The dashboard as Superset imports it; `identifier` gives the UUIDs of the charts."""
    return {
        "dashboard_title": f"newsloom: {archive.name}",
        "description": archive.description,
        "css": "",
        "slug": None,
        "published": True,
        "uuid": identifier("dashboard", archive.name),
        "position": _position(archive, list(rows(charts)), identifier),
        "metadata": {"color_scheme": "supersetColors", "cross_filters_enabled": True},
        "version": "1.0.0",
    }


def rows(charts: Iterable[Chart]) -> Iterator[list[Chart]]:
    """The charts in their order, as many in a row as it is wide enough for."""
    row: list[Chart] = []
    for chart in charts:
        if sum(each.width for each in row) + chart.width > COLUMNS:
            yield row
            row = []
        row.append(chart)
    yield row


def _position(archive: Archive, grid: list[list[Chart]], identifier: Named) -> dict[str, Any]:
    """Every element by its name, each with those it contains and those it is in."""
    lines = [f"ROW-{number}" for number in range(len(grid) + 1)]
    words = f"### {archive.name}\n\n{archive.description}\n\n{_NOTES}"
    note = {"code": words, "width": COLUMNS, "height": 20}
    elements = [
        _element("ROOT", "ROOT_ID", [], ["GRID_ID"]),
        _element("GRID", "GRID_ID", ["ROOT_ID"], lines),
        _element("HEADER", "HEADER_ID", [], [], text=f"newsloom: {archive.name}"),
        *_row(lines[0], [_element("MARKDOWN", "MARKDOWN-0", [], [], **note)]),
    ]
    numbers = itertools.count(1)
    for line, charts in zip(lines[1:], grid, strict=True):
        elements += _row(line, [_chart(each, next(numbers), identifier) for each in charts])
    return {"DASHBOARD_VERSION_KEY": "v2", **{each["id"]: each for each in elements}}


def _row(line: str, within: list[dict[str, Any]]) -> list[dict[str, Any]]:
    above = ["ROOT_ID", "GRID_ID"]
    names = [each["id"] for each in within]
    row = _element("ROW", line, above, names, background="BACKGROUND_TRANSPARENT")
    return [row, *({**each, "parents": [*above, line]} for each in within)]


def _chart(chart: Chart, number: int, identifier: Named) -> dict[str, Any]:
    """A chart in its place; the import replaces the number by the one it has there."""
    meta = {
        "uuid": identifier("chart", chart.name),
        "chartId": number,
        "sliceName": chart.name,
        "width": chart.width,
        "height": _HEIGHT,
    }
    return _element("CHART", f"CHART-{number}", [], [], **meta)


def _element(
    kind: str, name: str, parents: list[str], children: list[str], **meta: Any
) -> dict[str, Any]:
    return {"type": kind, "id": name, "parents": parents, "children": children, "meta": meta}
