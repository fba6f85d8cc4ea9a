"""The grid of the dashboard: every chart once, no row too wide, every element where it says."""

from __future__ import annotations

from datetime import date

from pipeline.core.results import Archive
from pipeline.superset.charts import charts
from pipeline.superset.dashboard import COLUMNS, dashboard, rows

ARCHIVE = Archive("kites", date(2020, 1, 1), date(2020, 2, 1))


def test_rows_are_filled_in_order_and_none_is_too_wide() -> None:
    found = list(rows(charts()))
    assert [chart for row in found for chart in row] == list(charts())
    assert {sum(chart.width for chart in row) for row in found} == {COLUMNS}


def test_every_element_is_where_it_says() -> None:
    position = dashboard(ARCHIVE, charts(), lambda kind, name: f"{kind} {name}")["position"]
    elements = {name: each for name, each in position.items() if isinstance(each, dict)}
    for name, each in elements.items():
        assert each["id"] == name
        for child in each["children"]:
            assert elements[child]["parents"] == [*each["parents"], name]
    shown = [each["meta"] for each in elements.values() if each["type"] == "CHART"]
    assert [each["uuid"] for each in shown] == [f"chart {chart.name}" for chart in charts()]
    assert [each["chartId"] for each in shown] == list(range(1, len(shown) + 1))


def test_it_says_what_it_is() -> None:
    found = dashboard(ARCHIVE, charts(), "{} {}".format)
    assert found["dashboard_title"] == "newsloom: kites"
    assert "2020-01-01 to 2020-02-01" in found["position"]["MARKDOWN-0"]["meta"]["code"]
