"""`dictionary.html`: everything defined is on the page, as text, and can be found."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.core.catalog import relations
from pipeline.core.errors import codes
from pipeline.core.results import Archive, Finding
from pipeline.core.text import plain
from pipeline.descriptors.dictionary import dictionary
from pipeline.engines.checks import checks

HOSTILE = "</title><script>alert(1)</script> {{ 7 * 7 }} \u202eKelp"
ROWS = {name: 7_000 + number for number, name in enumerate(relations())}


def page(name: str = "Kelp") -> str:
    archive = Archive(name, date(2020, 1, 2), date(2021, 3, 4))
    filled = {("articles", "quality"): 0.987, ("articles", "heat"): None}
    finding = Finding("coverage_holes", "warn", 4_321, ())
    return dictionary(archive, ROWS, filled, checks(), [finding])


class Parts(HTMLParser):
    """The elements, ids, links and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.handlers: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            elif name in ("href", "src"):
                self.links.add(str(value))
            elif name.startswith("on"):
                self.handlers.add(name)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_definition_is_there() -> None:
    found = Parts(page())
    for relation in relations().values():
        assert relation.name in found.ids
        assert f"{ROWS[relation.name]:,}" in found.text
        for column in relation.columns:
            assert f"{relation.name}.{column.name}" in found.ids
            assert plain(column.meaning).replace("`", "") in found.text
        assert (relation.query or "").strip() in found.text
    for name in [*codes(), *(name.partition("_")[2] for name in checks())]:
        assert name in found.text
    for shown in ("98.7 %", "4,321", "2020-01-02 to 2021-03-04", "articles / all"):
        assert shown in found.text


def test_every_link_stays_on_the_page_and_leads_somewhere() -> None:
    found = Parts(page())
    assert len(found.ids) == len(set(found.ids))
    assert found.links == {link for link in found.links if link.startswith("#")}
    assert {link[1:] for link in found.links} <= set(found.ids)


def test_a_name_is_text() -> None:
    found = Parts(page(HOSTILE))
    assert found.elements.count("script") == 1
    assert not found.handlers
    assert HOSTILE.replace("\u202e", "\\u202e") in found.text
    assert "\u202e" not in found.text


def test_it_fetches_nothing() -> None:
    assert "default-src 'none'" in page()
    assert not re.search(r"url\(|@import|fetch\(|XMLHttp", page())


PROBE = """
<script>addEventListener("load", () => {
  const search = document.getElementById("search");
  search.value = "SQUARE brackets-nowhere"; search.dispatchEvent(new Event("input"));
  const none = document.querySelectorAll(".entry:not([hidden])").length;
  search.value = "provider_summary median_quality"; search.dispatchEvent(new Event("input"));
  const rows = [...document.querySelectorAll("#provider_summary .columns tbody tr")];
  const shown = rows.filter((row) => !row.hidden).map((row) => row.id);
  const others = !document.getElementById("images").hidden;
  search.value = ""; search.dispatchEvent(new Event("input"));
  const all = document.querySelectorAll("[id].entry:not([hidden])").length;
  const find = document.getElementById("find").hidden;
  document.title = JSON.stringify({none, shown, others, all, find});
})</script>
"""


@pytest.mark.slow
def test_a_browser_searches_it_and_complains_of_nothing(tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("there is no chromium")
    (tmp_path / "plain.html").write_text(page(), encoding="utf-8")
    probed = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page())
    (tmp_path / "probed.html").write_text(probed.replace("</body>", PROBE + "</body>"), "utf-8")
    shown = [dumped(browser, tmp_path / name) for name in ("plain.html", "probed.html")]
    assert '<p id="find" hidden' not in shown[0], "its script ran under its own policy"
    told = re.search(r"<title>(.*?)</title>", shown[1])
    assert told
    assert json.loads(told[1]) == {
        "none": 0,
        "shown": ["provider_summary.median_quality"],
        "others": False,
        "all": page().count('class="entry"'),
        "find": False,
    }


def dumped(browser: str, path: Path) -> str:
    """The page as the browser has it, after its scripts; nothing was complained of."""
    quiet = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    ran = subprocess.run(
        [
            *(browser, *quiet.split(), "--disable-sync", "--disable-component-update"),
            *(
                "--enable-logging=stderr",
                "--dump-dom",
                f"--user-data-dir={path.parent / 'profile'}",
            ),
            path.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "CONSOLE" not in ran.stderr
    return ran.stdout
