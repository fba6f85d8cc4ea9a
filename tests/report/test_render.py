"""The report: one page that shows the figures of the build, and runs nothing of its data."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from jinja2 import UndefinedError

import pipeline
from pipeline.build.run import build
from pipeline.core.catalog import relations
from pipeline.core.errors import codes
from pipeline.core.text import plain
from pipeline.descriptors.methods import methods
from pipeline.engines.checks import rules
from pipeline.report.explorer import queries
from pipeline.report.render import environment, others
from tests.build_fixtures import DATA_RAW, Builder
from tests.report.chromium import Chromium

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \u202e'\"{{ 7*7 }}"
RECORD = """---
category: article
title: |-
  {title}
publishedDateTime: 2020-02-1{day}T10:00:00Z
webUrl: "https://kelp.example/{day}"
provider:
  domain: |-
    {title}
topics:
- |-
  {title}
related:
- title: |-
    {title}
  webUrl: "https://kelp.example/{other}"
  provider:
    domain: kelp.example
---
"""
TAGGED = """---
category: article
title: A title of number {number}
publishedDateTime: {month}-{day:02d}T10:00:00Z
webUrl: "https://kelp.example/{number}"
provider:
  domain: kelp.example
topics:
- On all
{rare}
---
"""
ELEMENTS = """html head meta title style body header main footer section h1 h2 p dl div dt dd ul li
code table caption thead tbody tr th td span bdi svg g line text rect figure figcaption script
form label input select option button datalist h3 dialog textarea details
summary abbr strong em ol pre"""
ATTRIBUTES = """lang charset name content http-equiv class style title width height x y x1 x2 y1 y2
viewbox role aria-label aria-hidden id hidden type value list size autocomplete tabindex readonly
rows cols spellcheck scope colspan data-state data-value data-query data-chart data-field"""


class Elements(HTMLParser):
    """The elements, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def hostile_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for day in range(3):
        text = RECORD.format(title=HOSTILE, day=day, other=(day + 1) % 3)
        (folder / f"{day}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def hostile(built: Builder, hostile_raw: Path) -> Path:
    return built(hostile_raw)[0] / "report.html"


@pytest.fixture(scope="module")
def growing(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of an archive of one article in each of eight months, and nine in each of eight."""
    folder = tmp_path_factory.mktemp("growing")
    (folder / "raw").mkdir()
    months = [f"{2021 + month // 12}-{month % 12 + 1:02d}" for month in range(16)]
    articles = [(month, day) for month in months[:8] for day in (1,)]
    articles += [(month, day * 3 + 1) for month in months[8:] for day in range(9)]
    for number, (month, day) in enumerate(articles):
        rare = "- On few" if number < 4 else ""
        text = TAGGED.format(number=number, month=month, day=day, rare=rare)
        (folder / "raw" / f"{number}.md").write_text(text, encoding="utf-8")
    build(folder / "raw", folder / "out", workers=1)
    return (folder / "out" / "report.html").read_text(encoding="utf-8")


def test_months_that_break_are_marked_and_listed(growing: str) -> None:
    marked = re.findall(r'class="bar break".*?<title>(.*?)</title>', growing, re.DOTALL)
    assert marked == [
        "2021-09: 9 articles; the archive changes abruptly here",
        "2021-09: median –, four of five from – to –, n = 0; the archive changes abruptly here",
    ]
    assert re.search(r"2021-09</bdi></td><td>article count</td>", growing)
    broken = re.findall(r'class="cell break" title="(.*?)"', growing)
    assert broken == [
        "2021-09: 9 articles, 100.0 % of all; the archive changes abruptly here",
        "2021-09: 0 articles; the archive changes abruptly here",
    ]


def test_a_topic_of_all_articles_does_not_squeeze_the_others(growing: str) -> None:
    (section,) = re.findall("<h2>What is written about.*?</table>", growing, re.DOTALL)
    rows = dict(re.findall(r"<tr>.*?<bdi>(On \w+)</bdi></td>(.*?)</tr>", section))
    assert "fill" not in rows["On all"]
    assert 'style="width:100.0%"' in rows["On few"]


@pytest.mark.parametrize("text", [HOSTILE, '"><b>', "' onload='x", "&lt;", "{{ 7 * 7 }}"])
def test_whatever_is_put_into_a_template_is_text(text: str) -> None:
    parts = environment().get_template("parts.html.jinja").module
    page = Elements(
        f"{parts.name(text, text)}{parts.measure(1, 2, text, text)}{parts.figure(text)}"
    )
    assert page.elements == {"td", "bdi", "span"}
    assert page.attributes == {"class", "style"}
    assert page.text == 3 * plain(text)


def test_a_template_that_names_what_it_was_not_given_fails() -> None:
    with pytest.raises(UndefinedError, match="absent"):
        environment().from_string("{{ absent }}").render()


def test_it_shows_the_figures_of_the_build(built: Builder) -> None:
    out, summary = built(DATA_RAW)
    text = Elements((out / "report.html").read_text(encoding="utf-8")).text
    for name in ("articles", "related_items", "topics", "providers"):
        assert f"{summary.rows[name]:,}" in text
    with pipeline.open(out) as results:
        top = results.sql(
            "from provider_summary order by article_count desc, provider_domain limit 9"
        )
        assert all(domain in text for domain in top["provider_domain"])
        lead = results.sql("from stories order by article_count desc, story_id limit 1")
        assert lead["title"][0] in text
        for code in results.sql("select distinct code from rejects")["code"]:
            assert code in text
    for finding in summary.findings:
        assert finding.check in text


def named(page: str) -> set[str]:
    """The tables and marts that the page defines."""
    return set(re.findall(r"<summary>Definition of <code>(\w+)</code></summary>", page))


MARTS = {name for name, each in relations().items() if each.kind == "marts"}


@pytest.mark.parametrize(
    "archive",
    [
        "data_raw",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("hostile_raw", "empty_archive", "generated")
        ),
    ],
)
def test_it_shows_every_mart_that_has_rows_and_no_other(
    archive: str, built: Builder, request: pytest.FixtureRequest
) -> None:
    raw = DATA_RAW if archive == "data_raw" else request.getfixturevalue(archive)
    out, summary = built(raw)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert named(page) & MARTS == {name for name in MARTS if summary.rows[name]}


def test_no_mart_but_a_new_mart_is_left_to_the_end_of_the_page() -> None:
    assert others(dict.fromkeys(MARTS, 1)) == []


def test_it_says_what_each_figure_is(built: Builder) -> None:
    page = (built(DATA_RAW)[0] / "report.html").read_text(encoding="utf-8")
    found = re.findall(r'<details class="definition">.*?</details>', page, re.DOTALL)
    assert len(found) == len(named(page)), "each is defined once"
    for text in found:
        (name,) = named(text)
        shown = Elements(text)
        columns = relations()[name].columns
        assert re.findall(r"<dt><code>(\w+)</code></dt>", text) == [each.name for each in columns]
        assert all(each.meaning.replace("`", "") in shown.text for each in columns)
        is_explained = "<strong>Definition.</strong>" in text and "<strong>Traps.</strong>" in text
        assert is_explained is (name in methods()[1])
        assert "<strong>Example.</strong>" not in text


def test_checks_and_problems_are_told_in_words(built: Builder) -> None:
    out, summary = built(DATA_RAW)
    text = " ".join(Elements((out / "report.html").read_text(encoding="utf-8")).text.split())
    said = [rules()[f"{each.severity}_{each.check}"] for each in summary.findings]
    problems = [codes()[name] for name in summary.problems]
    assert said
    assert problems
    for words in [each.consequence for each in said] + [each.cause for each in problems]:
        assert " ".join(words.replace("`", "").split()) in text


def test_it_says_what_the_archive_is_and_what_made_it(built: Builder) -> None:
    text = Elements((built(DATA_RAW)[0] / "report.html").read_text(encoding="utf-8")).text
    for words in (
        "What raw holds",
        f"newsloom {pipeline.__version__}",
        f"duckdb {duckdb.__version__}",
    ):
        assert words in text


def test_hours_are_counted_by_weekday(built: Builder) -> None:
    out, _ = built(DATA_RAW)
    page = (out / "report.html").read_text(encoding="utf-8")
    cells = re.findall(r'title="(\w+day), (\d+):00 to \d+:59: ([\d,]+) articles?"', page)
    assert len(cells) == 7 * 24
    with pipeline.open(out) as results:
        rows = results.sql(
            "select strftime(published_at, '%A') as day, hour(published_at) as hour, count(*) as n"
            " from articles where published_precision = 'time' group by 1, 2"
        ).itertuples(index=False)
        counts = {(day, str(hour)): n for day, hour, n in rows}
    assert {(day, hour): int(n) for day, hour, n in cells if n != "0"} == counts


def test_numbers_of_few_cases_are_marked(built: Builder) -> None:
    out, _ = built(DATA_RAW)
    page = (out / "report.html").read_text(encoding="utf-8")
    (section,) = re.findall("<h2>Who publishes most.*?</table>", page, re.DOTALL)
    marked = re.findall(r'<td class="num faint">([\d.]+)<abbr', section)
    with pipeline.open(out) as results:
        rows = results.sql(
            "from provider_summary where article_count > 0"
            " order by article_count desc, provider_domain limit 15"
        )
    expected = [
        f"{row.avg_quality:.1f}"
        for row in rows.itertuples()
        if row.is_small_group and row.avg_quality == row.avg_quality
    ]
    assert [value for value in marked if value in expected] == expected
    assert expected


def test_it_runs_and_fetches_nothing(hostile: Path, built: Builder) -> None:
    for path in (hostile, built(DATA_RAW)[0] / "report.html"):
        page = path.read_text(encoding="utf-8")
        found = Elements(page)
        assert not found.elements - set(ELEMENTS.split())
        assert not found.attributes - set(ATTRIBUTES.split())
        assert "default-src 'none'" in page
        assert re.findall("<script.*?>", page) == [
            '<script type="text/plain" id="explorer-data">',
            '<script type="text/plain" id="explorer-library">',
            "<script>",
        ]
        assert not re.search(r"url\(|@import|https?://(?!\S*example)", page)


def test_text_of_the_data_is_shown_as_it_is(hostile: Path) -> None:
    text = Elements(hostile.read_text(encoding="utf-8")).text
    assert HOSTILE.replace("\u202e", "\\u202e") in text
    assert "\u202e" not in text


def test_an_empty_archive_has_a_report(built: Builder, empty_archive: Path) -> None:
    text = Elements((built(empty_archive)[0] / "report.html").read_text(encoding="utf-8")).text
    assert "0 articles of 0 providers" in text
    assert "Who publishes most?" not in text


def test_every_query_says_its_question_and_grain() -> None:
    for name, query in queries().items():
        assert re.match(r"-- .*\?\n-- Grain: ", query), name


@pytest.mark.slow
def test_without_scripts_a_browser_shows_what_was_rendered(hostile: Path, tmp_path: Path) -> None:
    with Chromium(tmp_path / "profile") as browser:
        browser.call("Emulation.setScriptExecutionDisabled", value=True)
        browser.call("Page.navigate", url=hostile.as_uri())
        browser.wait_for("document.readyState === 'complete' && !!document.querySelector('footer')")
        shown = browser.run("document.body.innerText")
        assert "Who publishes most?" in shown
        assert "kelp.example" in shown
        assert "Explore" not in shown
        assert "What follows is of the whole archive" not in shown
        assert browser.complaints == []
