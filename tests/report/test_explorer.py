"""The report explored: packed rows, charts of two files, and a browser that uses it."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.build.run import build
from pipeline.core import catalog
from pipeline.core.catalog import sql_folder
from pipeline.core.errors import DefinitionError
from pipeline.report import explorer
from tests.build_fixtures import DATA_RAW, Builder
from tests.report.chromium import Chromium
from tests.report.exploring import ready, table_of, texts

CHARTS = sorted(explorer.charts())


def unpacked(page: str) -> dict[str, Any]:
    """What the page holds, as its script reads it."""
    found = re.search(r'id="explorer-data">([^<]*)<', page)
    assert found
    return json.loads(gzip.decompress(base64.b64decode(found[1])))


def test_columns_are_coded_where_their_values_repeat() -> None:
    ids = ["a", "c", "absent", "b", "b"]
    rows = pa.table(
        {
            "article_id": ids,
            "day": [date(2020, 1, 1)] * 5,
            "title": ids,
            "type": [None] * 5,
            "is_break": [True, False, None, None, None],
        }
    )
    encoded = explorer.encoded(rows, pa.table({"article_id": ["a", "b", "c"]}))
    made = {name: json.loads(text) for name, text in encoded.items()}
    assert made["article_id"] == {"steps": [0, 1, 0, 1]}
    assert made["day"] == {"isDate": True, "values": ["2020-01-01"], "codes": [0, 0, 0, 0]}
    assert made["title"] == {"values": ["a", "b", "b", "c"]}
    assert made["type"] == {"values": [None], "codes": [0, 0, 0, 0]}
    assert made["is_break"] == {"values": [True, None, None, False]}


def test_no_rows_are_no_columns() -> None:
    assert explorer.encoded(pa.table({"topic": []}), pa.table({"article_id": []})) == {}


@pytest.mark.parametrize("missing", ["added.sql", "added.vl.json"])
def test_a_chart_without_one_of_its_files_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    folder = tmp_path / "report" / "charts"
    folder.mkdir(parents=True)
    (folder / "added.sql").write_text("select 1 as x")
    (folder / "added.vl.json").write_text("{}")
    monkeypatch.setattr(explorer, "sql_folder", lambda: tmp_path)
    assert explorer.charts() == {"added": ("select 1 as x", {})}
    (folder / missing).unlink()
    with pytest.raises(DefinitionError, match="'added'"):
        explorer.charts()


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_of_articles_and_begins_with_an_aggregate(name: str) -> None:
    query, specification = explorer.charts()[name]
    assert re.match(r"-- .*\?\n-- Grain: ", query)
    assert "article_id" in query
    assert specification["data"] == {"name": "rows"}
    assert specification["transform"][0]["aggregate"]
    assert specification["title"]


def test_equal_columns_are_held_once(built: Builder) -> None:
    data = unpacked((built(DATA_RAW)[0] / "report.html").read_text(encoding="utf-8"))
    assert len(data["columns"]) == len(set(data["columns"]))
    of_providers = data["charts"]["providers"]["columns"]
    assert of_providers["article_id"] == data["articles"]["article_id"]
    assert data["columns"][of_providers["provider_domain"]] == '{"of":"provider_domain"}'
    assert (
        data["columns"][data["charts"]["missing_fields"]["columns"]["missing"]]
        == '{"of":"missing"}'
    )
    hours, rhythm = (data["charts"][name]["columns"] for name in ("provider_hours", "rhythm"))
    assert (hours["article_id"], hours["hour"]) == (rhythm["article_id"], rhythm["hour"])


def test_the_library_is_there_with_its_licences() -> None:
    folder = Path(explorer.__file__).parent / "library"
    licences = (folder / "LICENCES.txt").read_text(encoding="utf-8")
    for name in json.loads((folder / "package.json").read_bytes())["dependencies"]:
        assert f"== {name}\n" in licences
    assert b"</script" not in gzip.decompress((folder / "library.js.gz").read_bytes())


ADDED = {
    "categories": "select article_id, category as level from articles order by article_id",
    "wrong": "select article_id, category as level from articles order by article_id",
    "columns": "select column_name as level from data_completeness order by 1 limit 9",
}


@pytest.mark.slow
def test_every_chart_is_drawn(page: Chromium) -> None:
    for chart in CHARTS:
        marks = page.run(
            f"document.querySelectorAll('#chart-{chart} svg .mark-rect path, "
            f"#chart-{chart} svg .mark-symbol path').length"
        )
        assert marks > 2, chart


@pytest.mark.slow
def test_charts_are_added_without_python(
    browser: Chromium, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of articles, whose figures lead to them, and one of a mart, which does not follow."""
    shutil.copytree(sql_folder(), tmp_path / "sql")
    for name, query in ADDED.items():
        file = tmp_path / "sql" / "report" / "charts" / name
        file.with_suffix(".sql").write_text(query)
        bars = {"data": {"name": "rows"}, "mark": "bar", "encoding": {"y": {"field": "level"}}}
        if name != "columns":
            op = "count" if name == "categories" else "guess"
            aggregate = {"aggregate": [{"op": op, "as": "n"}], "groupby": ["level"]}
            bars |= {"transform": [aggregate]}
        file.with_suffix(".vl.json").write_text(json.dumps(bars))
    for module in (catalog, explorer):
        monkeypatch.setattr(module, "sql_folder", lambda: tmp_path / "sql")
    build(DATA_RAW, tmp_path / "out", workers=1)
    browser.complaints.clear()
    browser.open((tmp_path / "out" / "report.html").as_uri())
    assert "cannot be drawn: an aggregate is one of" in texts(browser, "#chart-wrong p")[0]
    for name in ("categories", "columns"):
        assert browser.run(f"document.querySelectorAll('#chart-{name} svg path').length") > 1
    assert texts(browser, "#chart-columns p") == [
        "Of the whole archive: it does not follow the filter."
    ]
    table = table_of(browser, "categories")
    browser.run("document.querySelector('#chart-categories tbody button').click()")
    browser.wait_for("document.querySelector('#explorer').dataset.ready === 'yes'")
    assert browser.run("location.hash") == f"#categories.level={table[0][0]}"
    assert texts(browser, "#explorer-count")[0].startswith(f"{table[0][1]} of ")
    assert browser.complaints == []


@pytest.mark.slow
def test_times_are_utc_and_what_is_lacking_is_no_zero(browser: Chromium, tmp_path: Path) -> None:
    """It is February 1 in Berlin, where days are counted; no record has a list."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.md").write_text(
        "---\ncategory: news\ntitle: Kelp\npublishedDateTime: 2024-01-31T23:30:00Z\n"
        "webUrl: https://a.example/1\nprovider:\n  domain: a.example\n---\n"
    )
    (tmp_path / "newsloom.yml").write_text("days: {zone: Europe/Berlin}\nfields: {related: null}\n")
    build(tmp_path / "raw", tmp_path / "out", workers=1)
    browser.open((tmp_path / "out" / "report.html").as_uri())
    ready(browser)
    assert texts(browser, "#explorer-rows td.day") == ["2024-01-31 23:30"]
    figures = dict(
        zip(
            texts(browser, "#explorer-figures dt"),
            texts(browser, "#explorer-figures button.figure"),
            strict=True,
        )
    )
    assert figures["Mentions in their lists"] == "–"


@pytest.mark.slow
def test_of_many_articles_a_sample_is_held_and_said(
    browser: Chromium, generated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(sql_folder(), tmp_path / "sql")
    file = tmp_path / "sql" / "report" / "explorer" / "articles.sql"
    query = file.read_text(encoding="utf-8")
    few = query.replace("<= 25000", "<= 100").replace("<= 100000", "<= 500")
    assert few.count("<= 100\n") + few.count("<= 100 ") == 3
    file.write_text(few, encoding="utf-8")
    for module in (catalog, explorer):
        monkeypatch.setattr(module, "sql_folder", lambda: tmp_path / "sql")
    summary = build(generated, tmp_path / "out", workers=1)
    report = tmp_path / "out" / "report.html"
    data = unpacked(report.read_text(encoding="utf-8"))
    steps = json.loads(data["columns"][data["charts"]["providers"]["columns"]["article_id"]])
    assert steps == {"steps": [0] + [1] * 499}
    browser.complaints.clear()
    browser.open(report.as_uri())
    (said,) = texts(browser, "#explorer-held")
    assert f"a sample of 500 of {summary.rows['articles']:,} articles" in said
    assert "a sample of 100 articles" in said
    assert texts(browser, "#explorer-count") == ["500 of 500 articles"]
    assert browser.complaints == []
