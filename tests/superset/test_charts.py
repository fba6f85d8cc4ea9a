"""The charts of the dashboard are ten, read marts that there are, and say one thing twice alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.core.catalog import relation
from pipeline.core.errors import UsageError
from pipeline.superset import charts as definitions
from pipeline.superset.charts import Chart, charts, form_data, query_context

EACH = pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.name)


def query(chart: Chart) -> dict[str, Any]:
    (found,) = json.loads(query_context(chart))["queries"]
    return dict(found)


def test_there_are_ten_of_different_names() -> None:
    assert len({chart.name for chart in charts()}) == len(charts()) == 10


@EACH
def test_a_chart_has_all_its_kind_needs(chart: Chart) -> None:
    assert relation(chart.mart).kind == "marts"
    assert chart.description.endswith(".")
    if chart.kind == "table":
        assert chart.columns
        assert chart.order
    else:
        assert chart.x
        assert chart.measures
        assert chart.aggregate in ("SUM", "MAX")


@EACH
def test_the_highest_is_the_value_itself(chart: Chart) -> None:
    """Where a mart has one row for each point; a mean or a share is never added up."""
    if chart.aggregate == "MAX":
        assert set(relation(chart.mart).key) == {chart.x, chart.by} - {None}
    elif chart.aggregate == "SUM":
        assert all(name.endswith("_count") for name in chart.measures)


@EACH
def test_page_and_query_ask_for_the_same(chart: Chart) -> None:
    page, asked = form_data(chart), query(chart)
    assert page["row_limit"] == asked["row_limit"]
    conditions = [each for each in page["adhoc_filters"] if each["operator"] != "TEMPORAL_RANGE"]
    assert [(each["subject"], each["operator"], each["comparator"]) for each in conditions] == [
        (each["col"], each["op"], each.get("val")) for each in asked["filters"]
    ]
    if chart.kind == "table":
        assert page["all_columns"] == asked["columns"]
        assert list(map(json.loads, page["order_by_cols"])) == asked["orderby"]
        assert "metrics" not in asked
        assert page["allow_render_html"] is False
    else:
        assert page["metrics"] == asked["metrics"]
        axis, *series = asked["columns"]
        assert (axis["label"], axis.get("timeGrain")) == (page["x_axis"], page["time_grain_sqla"])
        assert page["groupby"] == asked["series_columns"] == series
        assert page["limit"] == asked["series_limit"]
        assert page["timeseries_limit_metric"] == asked["series_limit_metric"]


def test_shares_are_shown_as_percent_and_counts_whole() -> None:
    shown = {chart.name: form_data(chart) for chart in charts()}
    assert shown["Share of voice"]["y_axis_format"] == ".1%"
    formats = shown["Largest outlets"]["column_config"]
    assert [formats[name]["d3NumberFormat"] for name in ("article_count", "article_share")] == [
        *(",d", ".1%")
    ]
    assert formats["avg_quality"]["d3NumberFormat"] == ",.2~f"


def test_a_column_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"name": "n", "description": "d", "mart": "stories", "kind": "table", "width": 12}
    wrong = [{**entry, "columns": ["titel"]}]
    monkeypatch.setattr(definitions, "read_definitions", lambda _: wrong)
    with pytest.raises(UsageError, match="stories has no column 'titel'"):
        charts.__wrapped__()
