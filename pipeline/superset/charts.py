"""The charts of the dashboard: `charts.yml` in, what Superset calls form data and queries out.

Both say the same: the form data is what its pages draw, the queries are what its API answers
without a page, row by row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.core.catalog import NUMBERS, Relation, column, relation
from pipeline.core.definition_file import read_definitions
from pipeline.core.text import json_text

ROWS = 10_000
"""Most rows that a chart over an axis asks for."""

_RANKED_BY = "article_count"
_TYPES = {
    "line": "echarts_timeseries_line",
    "area": "echarts_area",
    "bar": "echarts_timeseries_bar",
    "table": "table",
}


@dataclass(frozen=True, slots=True)
class Chart:
    """One entry of `charts.yml`; what its parts mean stands there."""

    name: str
    description: str
    mart: str
    kind: str
    width: int
    x: str = ""
    grain: str | None = None
    aggregate: str = ""
    measures: tuple[str, ...] = ()
    by: str | None = None
    most: int = 0
    columns: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    where: dict[str, Any] = field(default_factory=dict)
    rows: int = ROWS
    is_log: bool = False

    @property
    def viz_type(self) -> str:
        """What Superset calls its kind."""
        return _TYPES[self.kind]

    @property
    def ordering(self) -> list[tuple[str, bool]]:
        """The columns of `order`, each with whether it ascends."""
        return [(name.removeprefix("-"), name[0] != "-") for name in self.order]

    @property
    def relation(self) -> Relation:
        """The mart it reads."""
        return relation(self.mart)


@cache
def charts() -> tuple[Chart, ...]:
    """Every chart, in the order of the dashboard.

    Errors: `UsageError` where one names a mart or column that there is not.
    """
    entries = read_definitions(Path(__file__).with_name("charts.yml"))
    found = tuple(Chart(**entry) for entry in entries)
    for chart in found:
        ordered = (name for name, _ in chart.ordering)
        axis = [name for name in (chart.x, chart.by) if name]
        for name in (*axis, *chart.measures, *chart.columns, *ordered, *chart.where):
            column(f"{chart.mart}.{name}")
    return found


def form_data(chart: Chart) -> dict[str, Any]:
    """What a chart is to the pages of Superset."""
    return {
        "viz_type": chart.viz_type,
        "adhoc_filters": [_condition(*each) for each in chart.where.items()] + _period(chart),
        "row_limit": chart.rows,
        **(_table(chart) if chart.kind == "table" else _axes(chart)),
    }


def query_context(chart: Chart) -> str:
    """The query of a chart as JSON, for the API; a row for each point, or each row of a table."""
    query: dict[str, Any] = {
        "filters": [_filter(*each) for each in chart.where.items()],
        "row_limit": chart.rows,
        "orderby": chart.ordering,
        "columns": chart.columns,
    }
    if chart.kind != "table":
        series = [chart.by] if chart.by else []
        metrics = _metrics(chart)
        query |= {
            "columns": [_axis(chart), *series],
            "metrics": metrics,
            "orderby": [[metrics[0], False]],
            "series_columns": series,
            "series_limit": chart.most,
            "series_limit_metric": _ranking(chart),
        }
    context = {
        "datasource": {},  # set by the import, which numbers the datasets
        "force": False,
        "queries": [query],
        "form_data": form_data(chart),
        "result_format": "json",
        "result_type": "full",
    }
    return json_text(context)


def _table(chart: Chart) -> dict[str, Any]:
    return {
        "query_mode": "raw",
        "all_columns": list(chart.columns),
        "order_by_cols": [json_text(each) for each in chart.ordering],
        "column_config": {
            name: {"d3NumberFormat": _format(chart, name)}
            for name in chart.columns
            if column(f"{chart.mart}.{name}").type in NUMBERS
        },
        "table_timestamp_format": "smart_date",
        "show_cell_bars": False,
        "allow_render_html": False,  # a title is of strangers
    }


def _axes(chart: Chart) -> dict[str, Any]:
    is_ranking = chart.relation.key == (chart.x,) and not chart.grain
    return {
        "x_axis": chart.x,
        "time_grain_sqla": chart.grain,
        "x_axis_sort": chart.measures[0] if is_ranking else chart.x,
        "x_axis_sort_asc": True,
        "xAxisForceCategorical": chart.grain is None,
        "orientation": "horizontal" if is_ranking else "vertical",
        "metrics": _metrics(chart),
        "groupby": [chart.by] if chart.by else [],
        "limit": chart.most,
        "timeseries_limit_metric": _ranking(chart),
        "order_desc": True,
        "stack": "Stack" if chart.kind != "line" and chart.by else None,
        "truncate_metric": True,
        "show_legend": bool(chart.by) or len(chart.measures) > 1,
        "rich_tooltip": True,
        "x_axis_time_format": "smart_date",
        "y_axis_format": _format(chart, chart.measures[0]),
        "logAxis": chart.is_log,
    }


def _format(chart: Chart, name: str) -> str:
    """How numbers of a column are shown: shares and rates as percent, others rounded."""
    if name.endswith(("_share", "_rate")):
        return ".1%"
    return ",.2~f" if column(f"{chart.mart}.{name}").type == "DOUBLE" else ",d"


def _axis(chart: Chart) -> dict[str, Any]:
    axis = {
        "columnType": "BASE_AXIS",
        "expressionType": "SQL",
        "label": chart.x,
        "sqlExpression": chart.x,
    }
    return axis | ({"timeGrain": chart.grain} if chart.grain else {})


def _metrics(chart: Chart) -> list[dict[str, Any]]:
    return [_metric(chart, name, chart.aggregate) for name in chart.measures]


def _ranking(chart: Chart) -> dict[str, Any] | None:
    """What chooses the series, where not all are shown."""
    return _metric(chart, _RANKED_BY, "SUM") if chart.most else None


def _metric(chart: Chart, name: str, aggregate: str) -> dict[str, Any]:
    return {
        "expressionType": "SIMPLE",
        "aggregate": aggregate,
        "column": {"column_name": name, "type": column(f"{chart.mart}.{name}").type},
        "label": name,
        "hasCustomLabel": True,
        "optionName": f"metric_{name}_{aggregate.lower()}",
    }


def _filter(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"col": name, "op": f"IS {value}".upper()}
    return {"col": name, "op": "==", "val": value}


def _condition(name: str, value: Any) -> dict[str, Any]:
    """The same, as the pages show it."""
    of_query = _filter(name, value)
    return {
        "clause": "WHERE",
        "expressionType": "SIMPLE",
        "subject": name,
        "operator": of_query["op"],
        "comparator": of_query.get("val"),
    }


def _period(chart: Chart) -> list[dict[str, Any]]:
    """An open period, which a filter of the dashboard can close."""
    if not chart.grain:
        return []
    every = {"clause": "WHERE", "expressionType": "SIMPLE", "subject": chart.x}
    return [every | {"operator": "TEMPORAL_RANGE", "comparator": "No filter"}]
