"""The report explored: on any window, by any hand and eye, with texts of strangers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline.build.run import build
from tests.build_fixtures import DATA_RAW, Builder
from tests.report.chromium import Chromium
from tests.report.exploring import asked, go, ready, table_of, texts

AXE = Path(__file__).parents[2] / ".venv/axe/node_modules/axe-core/axe.min.js"
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>'\"--"
RECORD = """---
category: {hostile}
type: {hostile}
title: {hostile}
excerpt: {hostile}
quality: 5{number}
publishedDateTime: 2020-02-1{number}T10:00:00Z
webUrl: {url}
originalUrl: {url}
ampWebUrl: {hostile}
heat: {hostile}
published: {hostile}
featuredContent: {hostile}
{hostile}: {hostile}
provider:
  name: {hostile}
  domain: {hostile}
topics:
- {hostile}
- Of number {number}
- Of all
images:
- url: {hostile}
  title: {hostile}
  attribution: {hostile}
  width: 9
  height: 9
related:
- title: {hostile}
  excerpt: {hostile}
  type: {hostile}
  publishedDateTime: 2020-02-1{number}T10:00:00Z
  webUrl: {url}
  provider:
    name: {hostile}
    domain: other{hostile_inner}
  images:
  - url: {hostile}
---
{text}
"""


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of an archive with a script in every field and name."""
    folder = tmp_path_factory.mktemp("strangers")
    raw = folder / "'\"><img src=x onerror=alert(4)>"
    (raw / "_<b onclick=alert(5)>").mkdir(parents=True)
    for number in range(4):
        url = "javascript:alert(3)" if number == 3 else f"https://kelp.example/{number}"
        text = RECORD.format(
            hostile=json.dumps(HOSTILE),
            hostile_inner=json.dumps(HOSTILE)[1:-1],
            number=number,
            url=json.dumps(url),
            text=HOSTILE,
        )
        name = f"2020-02-1{number}-<svg onload=alert(6)>.md"
        (raw / "_<b onclick=alert(5)>" / name).write_text(text, encoding="utf-8")
        (raw / f"{number}.txt").write_text(f"{HOSTILE}\n\n{HOSTILE}\n", encoding="utf-8")
    build(raw, folder / "out", workers=1)
    return folder / "out" / "report.html"


@contextmanager
def window(
    page: Chromium, width: int, media: str = "screen", scheme: str = "light"
) -> Iterator[None]:
    """The page in a window of a width, a phone where it is narrow; as before at the end."""

    def emulate(width: int, media: str, scheme: str) -> None:
        feature = {"name": "prefers-color-scheme", "value": scheme}
        page.call("Emulation.setEmulatedMedia", media=media, features=[feature])
        metrics: dict[str, Any] = {"width": width, "height": 800, "deviceScaleFactor": 1}
        page.call("Emulation.setDeviceMetricsOverride", mobile=width < 600, **metrics)
        page.wait_for(f"innerWidth === {width}")

    emulate(width, media, scheme)
    try:
        yield
    finally:
        emulate(1280, "screen", "light")


def open_all(page: Chromium) -> None:
    page.run("document.querySelectorAll('details').forEach(each => each.open = true)")
    ready(page)


@pytest.mark.slow
def test_texts_of_strangers_stay_text(browser: Chromium, strangers: Path) -> None:
    browser.complaints.clear()
    browser.requests.clear()
    browser.open(strangers.as_uri())
    charts = browser.run("[...document.querySelectorAll('#explorer-charts figure')].map(e => e.id)")
    for name in ("", "provider", "topic", "type", "q", "story", "missing", "voices.voice"):
        go(browser, f"#{name}={HOSTILE}" if name else "#")
        open_all(browser)
        for chart in charts:
            table_of(browser, chart.removeprefix("chart-"))
        made = browser.run(
            "document.querySelectorAll('body :is(img, iframe, object, b, script:not([id]))').length"
        )
        assert made == 1, "its own script alone"
        assert not browser.run(
            "[...document.querySelectorAll('*')]"
            ".some(each => each.getAttributeNames().some(name => name.startsWith('on')))"
        )
    go(browser, "#")
    assert HOSTILE in browser.run("document.querySelector('#explorer-rows').textContent")
    assert browser.run("[...document.links].every(each => /^(https?|file):/.test(each.protocol))")
    assert browser.complaints == []
    assert {each.partition("#")[0] for each in asked(browser)} == {strangers.as_uri()}


CUT = """[...document.querySelectorAll('body *')].filter(each => {
    const box = each.getBoundingClientRect(), style = getComputedStyle(each);
    return each.checkVisibility() && box.width && style.clipPath === 'none'
        && !each.closest('thead, dialog, [aria-hidden=true]')
        && (box.right > innerWidth + 1 || box.left < -1);
}).map(each => each.outerHTML.slice(0, 200))"""
SMALL = """[...document.querySelectorAll('body *')].filter(each => {
    const own = [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own || !each.checkVisibility() || each.closest('script, title')) return false;
    const { a, b } = each.getScreenCTM?.() ?? { a: 1, b: 0 }, scale = Math.hypot(a, b);
    return parseFloat(getComputedStyle(each).fontSize) * scale < 10;
}).map(each => each.outerHTML.slice(0, 200))"""


@pytest.mark.slow
@pytest.mark.parametrize("state", ["", "type=video"])
def test_a_window_of_a_phone_cuts_nothing(page: Chromium, state: str) -> None:
    go(page, state)
    with window(page, 400):
        open_all(page)
        assert page.run("document.documentElement.scrollWidth") <= 400
        assert page.run(CUT) == []
        assert page.run(SMALL) == []


@pytest.mark.slow
def test_the_narrowest_window_cuts_nothing(page: Chromium) -> None:
    with window(page, 320):
        open_all(page)
        assert page.run("document.documentElement.scrollWidth") <= 320
        assert page.run(CUT) == []


# Pairs of labels of columns whose slanted lines are nearer to each other than letters are high.
SMEARED = """['shared_texts', 'topic_matrix'].flatMap(name => {
    const texts = [...document.querySelectorAll(`#chart-${name} svg text[transform*="rotate(-"]`)];
    const seen = texts.filter(each => each.textContent.trim());
    const places = seen.map(each => each.getBoundingClientRect().right).sort((a, b) => a - b);
    const apart = Math.sin(Math.PI / 3);
    return places.slice(1).filter((each, place) => (each - places[place]) * apart < 11);
})"""


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 400, 320])
def test_labels_of_columns_do_not_overlap(browser: Chromium, built: Builder, width: int) -> None:
    browser.open((built(DATA_RAW)[0] / "report.html").as_uri())
    with window(browser, width):
        ready(browser)
        assert browser.run(SMEARED) == []


# The contrasts to the ground of what is drawn, each of one opaque colour on paper.
CONTRASTS = """(marks => {
    const light = rgb => rgb.match(/[0-9.]+/g).slice(0, 3).map(each => each / 255)
        .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
        .reduce((sum, each, place) => sum + each * [0.2126, 0.7152, 0.0722][place], 0.05);
    const ground = light(getComputedStyle(document.body).backgroundColor);
    return [...document.querySelectorAll(marks)].map(each => {
        const style = getComputedStyle(each), own = light(style.fill);
        return style.opacity === '1' ? Math.max(own / ground, ground / own) : 0;
    });
})"""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_drawn_stands_out_from_the_ground(
    browser: Chromium, built: Builder, scheme: str
) -> None:
    browser.open((built(DATA_RAW)[0] / "report.html").as_uri())
    with window(browser, 1280, scheme=scheme):
        ready(browser)
        lines = browser.run(f"{CONTRASTS}('#chart-first_counts svg .layer_1_marks path')")
        assert len(lines) > 5
        assert min(lines) >= 3
        for chart in ("rhythm", "topics_over_time", "topic_matrix", "shared_texts"):
            cells = browser.run(f"{CONTRASTS}('#chart-{chart} svg .marks path')")
            assert len(cells) > 5
            assert min(cells) >= 1.8, chart


@pytest.mark.slow
def test_a_phone_without_scripts_reads_all(browser: Chromium, out: Path) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.call("Page.navigate", url=(out / "report.html").as_uri())
        browser.wait_for("document.readyState === 'complete' && !!document.querySelector('footer')")
        with window(browser, 400):
            assert browser.run("document.documentElement.scrollWidth") <= 400
            assert browser.run(SMALL) == []
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.slow
def test_print_shows_figures_and_no_controls(page: Chromium) -> None:
    with window(page, 800, media="print"):
        ready(page)
        controls = "#explorer-filter, #explorer-back, .sql, #explorer-charts details"
        assert not page.run(
            f"[...document.querySelectorAll('{controls}')].some(each => each.checkVisibility())"
        )
        figures = "button.figure, #explorer-charts svg, table:not(.still *, details *)"
        assert page.run(
            f"[...document.querySelectorAll('{figures}')].every(each => each.checkVisibility())"
        )
        assert page.run("document.documentElement.scrollWidth") <= 800
        assert len(page.call("Page.printToPDF")["data"]) > 10_000


@pytest.mark.slow
def test_a_screen_reader_finds_a_name_and_a_table_for_each_chart(page: Chromium) -> None:
    open_all(page)
    figures = page.run(
        """[...document.querySelectorAll('#explorer-charts figure')].map(each => [
            each.querySelector('[role=img]').getAttribute('aria-label'),
            each.querySelector('svg').getAttribute('aria-hidden'),
            each.querySelectorAll('tbody tr').length,
        ])"""
    )
    assert len(figures) > 5
    for label, hidden, rows in figures:
        assert label.endswith("the table below holds the same")
        assert hidden == "true"
        assert rows > 0, label


@pytest.mark.slow
def test_rows_of_tables_are_reached_by_keyboard_alone(page: Chromium) -> None:
    """Two actions: Tab to what leads to the articles, and Enter."""
    page.run(
        "document.querySelector('table[data-query=firsts]').previousElementSibling.querySelector('button').focus()"
    )
    page.press("Tab")
    number = page.run("document.activeElement.textContent")
    page.press("Enter")
    ready(page)
    assert page.run("document.activeElement.id") == "explorer-articles"
    assert texts(page, "#explorer-count")[0].startswith(f"{number} of ")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing_serious(
    browser: Chromium, built: Builder, width: int, scheme: str
) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: `make axe` does so, with npm")
    browser.open((built(DATA_RAW)[0] / "report.html").as_uri())
    with window(browser, width, scheme=scheme):
        browser.run(AXE.read_text(encoding="utf-8") + ";0")
        for state in ("", "type=video"):
            go(browser, state)
            open_all(browser)
            found = browser.run("axe.run(document, {resultTypes: ['violations']})")
            assert len(found["passes"]) > 20
            assert [
                (each["id"], node["html"][:200], node["any"][0]["message"] if node["any"] else "")
                for each in found["violations"]
                if each["impact"] in ("serious", "critical")
                for node in each["nodes"]
            ] == []
