"""The report explored: packed rows, charts of two files, and a browser that uses it."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import pipeline
from pipeline.build.run import build
from pipeline.core import catalog
from pipeline.core.catalog import sql_folder
from pipeline.core.errors import DefinitionError
from pipeline.read.build import Build
from pipeline.report import explorer
from tests.build_fixtures import DATA_RAW, Builder
from tests.report.chromium import Chromium

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>'\"--"
RECORD = """---
category: {hostile}
type: {hostile}
title: {hostile}
excerpt: {hostile}
quality: 5{number}
publishedDateTime: 2020-02-1{number}T10:00:00Z
webUrl: {url}
provider:
  name: {hostile}
  domain: {hostile}
topics:
- {hostile}
- Of number {number}
---
"""
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
    encoded = explorer.encoded(rows, pa.array(["a", "b", "c"]))
    made = {name: json.loads(text) for name, text in encoded.items()}
    assert made["article_id"] == {"steps": [0, 1, 0, 1]}
    assert made["day"] == {"isDate": True, "values": ["2020-01-01"], "codes": [0, 0, 0, 0]}
    assert made["title"] == {"values": ["a", "b", "b", "c"]}
    assert made["type"] == {"values": [None], "codes": [0, 0, 0, 0]}
    assert made["is_break"] == {"values": [True, None, None, False]}


def test_no_rows_are_no_columns() -> None:
    assert explorer.encoded(pa.table({"topic": []}), pa.array([])) == {}


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


def test_equal_columns_are_held_once(built: Builder, generated: Path) -> None:
    data = unpacked((built(generated)[0] / "report.html").read_text(encoding="utf-8"))
    assert len(data["columns"]) == len(set(data["columns"]))
    of_providers = data["charts"]["providers"]["columns"]
    assert of_providers["article_id"] == data["articles"]["article_id"]
    assert of_providers["provider_domain"] == data["articles"]["provider_domain"]


def test_the_library_is_there_with_its_licences() -> None:
    folder = Path(explorer.__file__).parent / "library"
    licences = (folder / "LICENCES.txt").read_text(encoding="utf-8")
    for name in json.loads((folder / "package.json").read_bytes())["dependencies"]:
        assert f"== {name}\n" in licences
    assert b"</script" not in gzip.decompress((folder / "library.js.gz").read_bytes())


# A browser uses it ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        metrics = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.call("Emulation.setDeviceMetricsOverride", **metrics)
        yield browser


@pytest.fixture(scope="module")
def out(built: Builder, generated: Path) -> Path:
    return built(generated)[0]


@pytest.fixture(scope="module")
def results(out: Path) -> Iterator[Build]:
    with pipeline.open(out) as results:
        yield results


@pytest.fixture
def page(browser: Chromium, out: Path) -> Iterator[Chromium]:
    """The report just opened; nothing that is done with it asks for anything or complains."""
    browser.complaints.clear()
    browser.requests.clear()
    browser.open((out / "report.html").as_uri())
    yield browser
    browser.run("0")
    assert browser.complaints == []
    # A date field has a picture of Chromium's own, which is no request.
    asked = {each for each in browser.requests if not each.startswith("data:")}
    assert asked == {(out / "report.html").as_uri()}


def go(page: Chromium, state: str) -> None:
    page.run(f"location.hash = {json.dumps(state)}")
    page.wait_for("document.querySelector('#explorer').dataset.ready === 'yes'")


def shown_sql(page: Chromium, button: str) -> str:
    """The SQL that a button shows and copies."""
    page.run(f"document.querySelector({json.dumps(button)}).click()")
    sql = page.run("document.querySelector('#explorer-sql textarea').value")
    page.run("document.querySelector('#explorer-close').click()")
    return sql


def table_of(page: Chromium, chart: str) -> list[list[str]]:
    page.run(f"document.querySelector('#chart-{chart} details').open = true")
    page.wait_for(f"!!document.querySelector('#chart-{chart} details tbody')")
    return page.run(
        f"[...document.querySelectorAll('#chart-{chart} details tbody tr')]"
        ".map(row => [...row.cells].slice(0, -1).map(cell => cell.textContent))"
    )


def texts(page: Chromium, chosen: str) -> list[str]:
    return page.run(
        f"[...document.querySelectorAll({json.dumps(chosen)})].map(each => each.textContent)"
    )


def as_text(value: Any, is_mean: bool = False) -> str:
    """A value as the page shows it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, str):
        return value
    digits = "0.1" if is_mean or value != int(value) else "1"
    return f"{Decimal(str(float(value))).quantize(Decimal(digits), ROUND_HALF_UP):,}"


def as_shown(frame: pd.DataFrame) -> list[list[str]]:
    """Rows of a SELECT as the table behind a chart shows them."""
    return [[as_text(value) for value in row] for row in frame.astype(object).values.tolist()]


ADDED = {
    "categories": "select article_id, category as level from articles order by article_id",
    "wrong": "select article_id, category as level from articles order by article_id",
    "columns": "select column_name as level from data_completeness order by 1 limit 9",
}
MOST = {
    "PROVIDER": """select 'provider=' || provider_domain as state from providers
        order by article_count desc, provider_domain limit 1""",
    "TOPIC": """select 'topic=' || topic as state from topics
        order by article_count desc, topic limit 1 offset 2""",
    "STORY": """select 'story=' || story_id as state from stories
        order by article_count desc, story_id limit 1""",
}
STATES = [
    "",
    "type=video",
    "q=the",
    "quality.quality_bucket=50",
    "from=2020-01-01&to=2021-03-31&rhythm.weekday=2",
    "PROVIDER",
    "TOPIC",
    "STORY",
    "provider=%27quoted%27.example",
]


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_what_is_shown_equals_its_sql(page: Chromium, results: Build, state: str) -> None:
    if state in MOST:
        state = results.sql(MOST[state])["state"][0]
    go(page, state)
    for number in range(1, 6):
        figure = f"#explorer-figures > :nth-child({number})"
        (value,) = results.sql(shown_sql(page, f"{figure} button.quiet")).iloc[0]
        shown = page.run(f"document.querySelector('{figure} button.figure').textContent")
        nothing = "–" if number == 5 else "0"
        assert shown == (nothing if pd.isna(value) else as_text(value, number == 5)), figure
    for chart in CHARTS:
        frame = results.sql(shown_sql(page, f"#chart-{chart} figcaption button"))
        assert sorted(table_of(page, chart)) == sorted(as_shown(frame.head(500))), chart
    grid = results.sql(shown_sql(page, "#explorer-grid-sql"))
    assert texts(page, "#explorer-rows .path") == grid["source_path"].head(25).tolist()


@pytest.mark.slow
def test_a_link_holds_the_state(page: Chromium, out: Path) -> None:
    page.open(f"{(out / 'report.html').as_uri()}#q=the&sort=quality&page=2")
    assert page.run("document.querySelector('#explorer-q').value") == "the"
    assert texts(page, "#explorer-page")[0].startswith("page 2 of ")
    assert page.run("document.querySelector('[aria-sort=ascending]').dataset.sort") == "quality"


@pytest.mark.slow
def test_every_chart_is_drawn(page: Chromium) -> None:
    for chart in CHARTS:
        marks = page.run(
            f"document.querySelectorAll('#chart-{chart} svg .mark-rect path, "
            f"#chart-{chart} svg .mark-symbol path').length"
        )
        assert marks > 2, chart


@pytest.mark.slow
def test_a_bar_leads_to_its_articles_by_mouse_and_by_keyboard(
    page: Chromium, results: Build
) -> None:
    (most,) = results.sql(
        "from providers order by article_count desc, provider_domain limit 1"
    ).to_dict("records")
    place = page.run(
        """(() => {
        const bars = [...document.querySelectorAll('#chart-providers svg .mark-rect path')];
        const top = each => each.getBoundingClientRect().y;
        const bar = bars.reduce((one, other) => top(one) < top(other) ? one : other);
        bar.scrollIntoView({block: 'center'});
        const box = bar.getBoundingClientRect();
        return [box.x + 4, box.y + box.height / 2];
        })()"""
    )
    page.drag(place, place)
    page.wait_for("location.hash.startsWith('#provider=')")
    page.wait_for("document.querySelector('#explorer').dataset.ready === 'yes'")
    count = f"{most['article_count']:,} of "
    assert page.run("document.querySelector('#explorer-count').textContent").startswith(count)
    go(page, "")
    page.run("document.querySelector('#chart-providers summary').focus()")
    page.press("Enter")
    page.wait_for("!!document.querySelector('#chart-providers tbody button')")
    page.press("Tab")
    page.press("Tab")
    page.press("Enter")
    page.wait_for("location.hash.startsWith('#provider=')")
    assert page.run("document.activeElement.id") == "explorer-articles"


@pytest.mark.slow
def test_a_name_in_the_tables_of_the_whole_leads_to_its_articles(page: Chromium) -> None:
    names = page.run("[...document.querySelectorAll('a.to-articles')].map(each => each.hash)")
    assert {name.split("=")[0] for name in names} == {"#provider", "#topic", "#story"}
    page.run("document.querySelector('a.to-articles[href^=\"#story\"]').click()")
    page.wait_for("document.activeElement.id === 'explorer-articles'")
    assert page.run("document.querySelectorAll('#explorer-rows tr').length") > 1


@pytest.mark.slow
def test_a_drag_over_the_coverage_chooses_a_period(page: Chromium) -> None:
    left, top, width, height = page.run(
        """(() => {
        const box = document.querySelector('#chart-coverage svg').getBoundingClientRect();
        return [box.x, box.y, box.width, box.height];
        })()"""
    )
    middle = top + height / 2
    page.drag((left + width * 0.3, middle), (left + width * 0.6, middle))
    page.wait_for("/from=.*&to=/.test(location.hash)")
    start, end = (
        page.run(f"document.querySelector('#explorer-{x}').value") for x in ("from", "to")
    )
    assert start < end


@pytest.mark.slow
def test_the_grid_sorts_and_turns_pages(page: Chromium, results: Build) -> None:
    page.run("document.querySelector('[data-sort=quality] button').click()")
    page.run("document.querySelector('[data-sort=quality] button').click()")
    page.run("document.querySelector('#explorer-next').click()")
    expected = results.sql(
        "select quality from articles order by quality desc nulls last limit 25 offset 25"
    )
    shown = texts(page, "#explorer-rows .num")
    assert shown == [str(value) for value in expected["quality"].tolist()]
    assert page.run("location.hash") == "#sort=-quality&page=2"


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


@pytest.mark.slow
def test_texts_of_strangers_stay_text(browser: Chromium, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    for number in range(4):
        url = "javascript:alert(3)" if number == 3 else f"https://kelp.example/{number}"
        text = RECORD.format(hostile=json.dumps(HOSTILE), number=number, url=json.dumps(url))
        (tmp_path / "raw" / f"{number}.md").write_text(text, encoding="utf-8")
    build(tmp_path / "raw", tmp_path / "out", workers=1)
    browser.complaints.clear()
    browser.open((tmp_path / "out" / "report.html").as_uri())
    for state in ("", "provider=" + HOSTILE, "topic=" + HOSTILE, "type=" + HOSTILE, "q=" + HOSTILE):
        go(browser, "#" + state)
        for chart in CHARTS:
            table_of(browser, chart)
    assert HOSTILE in browser.run("document.querySelector('#explorer-rows').textContent")
    assert browser.run("document.querySelectorAll('img, iframe, object').length") == 0
    assert browser.run("document.scripts.length") == 4
    assert browser.run("[...document.links].every(each => /^(https?|file):/.test(each.protocol))")
    assert browser.complaints == []


@pytest.mark.slow
def test_a_window_of_a_phone_cuts_nothing(page: Chromium) -> None:
    metrics = {"height": 800, "deviceScaleFactor": 1, "mobile": True}
    page.call("Emulation.setDeviceMetricsOverride", width=400, **metrics)
    page.wait_for("innerWidth === 400")
    try:
        assert page.run("document.documentElement.scrollWidth") <= 400
    finally:
        metrics["mobile"] = False
        page.call("Emulation.setDeviceMetricsOverride", width=1280, **metrics)
