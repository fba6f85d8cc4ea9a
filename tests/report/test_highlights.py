"""What the report says stands out: what was planted is told, and of nothing nothing is."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from pipeline.core.catalog import relations
from pipeline.report.render import environment, queries
from tests.build_fixtures import DATA_RAW, Builder
from tests.report.test_render import Elements
from tests.sql_engine import create
from tests.validity.planted import Planted, moment, write_archive

LEADER = "leader.example"
OUTLETS = [f"outlet{number:02}.example" for number in range(12)]


def highlights(out: Path) -> str:
    """The paragraph; "" where the page has none."""
    page = (out / "report.html").read_text(encoding="utf-8")
    found = re.search(r'<p id="highlights">(.*?)</p>', page, re.DOTALL)
    return " ".join(Elements(found[1]).text.split()) if found else ""


def told(leads: int, largest: int) -> list[Planted]:
    """Forty stories of five outlets, one in all of them and first in `leads`, who is first in the
    others is dealt by lot; the story 7 has `largest` articles more of one outlet."""
    random, articles = Random(3), list[Planted]()
    for story in range(40):
        outlets = [LEADER, *random.sample(OUTLETS, 4)]
        minutes = sorted(random.sample(range(1, 600), 5))
        random.shuffle(outlets)
        if story < leads:
            outlets = [LEADER, *(outlet for outlet in outlets if outlet != LEADER)]
        begin = len(articles)
        for place, (outlet, minute) in enumerate(zip(outlets, minutes, strict=True)):
            lists = tuple(begin + other for other in range(5) if other != place)
            articles.append(Planted(outlet, story, moment(story, minute), lists))
    articles += [Planted(OUTLETS[0], 7, moment(7, 700 + step)) for step in range(largest)]
    return articles


def alone() -> list[Planted]:
    """Ten articles of each outlet, of which no two share a word, an hour or a list."""
    random = Random(5)
    outlets = random.sample(10 * OUTLETS, 120)
    return [
        Planted(outlet, story, moment(story, random.uniform(0, 4000)))
        for story, outlet in enumerate(outlets)
    ]


@pytest.mark.slow
def test_what_was_planted_is_told(built: Builder, tmp_path: Path) -> None:
    raw = write_archive(tmp_path, told(leads=24, largest=6))
    (raw / "broken.md").write_text("---\ncategory: news\ntitle: [\n---\n", encoding="utf-8")
    text = highlights(built(raw)[0])
    assert re.search(
        f"{LEADER} is first with 2\\d of the stories that it shares with others, where", text
    )
    for words in (
        f"{LEADER} has most articles: 40, which are 19.4 % of all.",
        "begins on 2024-01-22 and has 11 articles of",
        "where chance gives 7.9.",
        "40 texts ran on two providers or more",
        "Lists of related items are mutual (100.0 %",
        "5 articles repeat an earlier one, and are counted all the same.",
        "1 raw file of 207 was lost, because it could not be used.",
    ):
        assert words in text
    for word in ("changes abruptly", "goes with", "one way only", "peak", "hour of publication"):
        assert word not in text


@pytest.mark.slow
def test_where_firsts_are_dealt_by_lot_none_is_told(built: Builder, tmp_path: Path) -> None:
    text = highlights(built(write_archive(tmp_path, told(leads=0, largest=0)))[0])
    assert re.search(r"with enough shared stories (none is|is not) first more", text)
    assert " is first with " not in text


@pytest.mark.slow
def test_of_an_archive_with_nothing_to_find_nothing_is_told(built: Builder, tmp_path: Path) -> None:
    assert highlights(built(write_archive(tmp_path, alone()))[0]) == ""


def test_nothing_is_told_of_an_empty_archive(built: Builder, empty_archive: Path) -> None:
    assert highlights(built(empty_archive)[0]) == ""


def test_files_that_were_lost_are_told(built: Builder) -> None:
    out, summary = built(DATA_RAW)
    files = "files" if summary.rejected != 1 else "file"
    assert f"{summary.rejected} raw {files} of {summary.discovered}" in highlights(out)


# What each mart must hold for a sentence ------------------------------------------------------


def said(marts: dict[str, list[dict[str, Any]]]) -> str:
    """The paragraph of a build of these rows, and of no others."""
    with duckdb.connect() as connection:
        for name in relations():
            create(connection, name, marts.get(name, []))
        rows = {}
        for name in ("highlights", "totals"):
            result = connection.execute(queries()[name])
            names = [column[0] for column in result.description]
            rows[name] = dict(zip(names, result.fetchone() or (), strict=True))
    page = environment().from_string(
        "{% import 'parts.html.jinja' as part with context %}"
        "{% include 'sections/highlights.html.jinja' %}"
    )
    return " ".join(Elements(page.render(rows, relations={}, methods={})).text.split())


def provider(domain: str, count: int, rank: int) -> dict[str, Any]:
    return {"provider_domain": domain, "article_count": count, "article_rank": rank}


def of_providers(first: int, second: int, names: int = 1) -> dict[str, list[dict[str, Any]]]:
    ranked = [provider("a.example", first, 1), provider("b.example", second, 2)]
    return {
        "provider_summary": [row | {"article_share": 0.25} for row in ranked],
        "provider_publishers": [{"provider_domain": "a.example", "publisher_count": names}],
    }


def of_breaks(*months: int) -> dict[str, list[dict[str, Any]]]:
    rows = [{"series": "article_count", "month": date(2021, month, 1)} for month in range(1, 9)]
    return {"series_breaks": [row | {"is_break": row["month"].month in months} for row in rows]}


def of_firsts(rank: int | None, ratio: float) -> dict[str, list[dict[str, Any]]]:
    row = {"provider_domain": "a.example", "first_count": 20.0, "expected_first_count": 9.5}
    ends = {"first_ratio": ratio, "first_ratio_low": ratio - 0.1, "first_ratio_high": ratio + 0.1}
    return {"provider_timeliness": [row | ends | {"rank": rank, "is_supported": rank is not None}]}


def of_stories(*counts: int) -> dict[str, list[dict[str, Any]]]:
    row = {"title": "Kelp", "provider_count": 4, "first_published_at": datetime(2021, 5, 6, 7)}
    numbered = enumerate(counts)
    return {"stories": [row | {"story_id": str(n), "article_count": each} for n, each in numbered]}


def of_topics(**changes: Any) -> dict[str, list[dict[str, Any]]]:
    row = {"topic": "Moss", "article_count": 40, "peak_month": date(2021, 5, 1)}
    marks = {"is_universal": False, "is_peak_supported": True, "peak_month_is_break": False}
    return {"topic_summary": [row | marks | changes]}


def of_links(resolved: int, reciprocity: float, direction: bool) -> dict[str, list[dict[str, Any]]]:
    row = {"resolved_mention_count": resolved, "reciprocity": reciprocity}
    return {"provider_links": [row | {"has_direction": direction}]}


def of_factors(is_supported: bool) -> dict[str, list[dict[str, Any]]]:
    row = {"factor": "has_image", "level": "yes", "adjusted_difference": 5.25}
    ends = {"adjusted_low": 3.0, "adjusted_high": 7.5}
    return {"quality_factors": [row | ends | {"is_supported": is_supported}]}


@pytest.mark.parametrize(
    ("marts", "words"),
    [
        (of_providers(60, 30), "a.example has most articles: 60, which are 25.0 % of all."),
        (of_providers(60, 30, names=7), "of all, under 7 names."),
        (of_providers(60, 45), ""),
        (of_providers(29, 0), ""),
        (
            of_breaks(3),
            "In 2021-03 the archive changes abruptly. What changes there may be",
        ),
        (of_breaks(3, 7), "In 2021-03 and 2021-07 the archive"),
        (of_breaks(2, 3, 7), "In 3 months, the first 2021-02 and the last 2021-07, the archive"),
        (of_breaks(), ""),
        (of_firsts(1, 2.1), "a.example is first with 20 of the stories that it shares with others"),
        (
            of_firsts(1, 0.3),
            "The one provider with enough shared stories is not first more often",
        ),
        (of_firsts(None, 2.1), "The one provider with enough shared stories is not first"),
        (of_stories(9, 8), "“Kelp”, begins on 2021-05-06 and has 9 articles of 4 providers."),
        (of_stories(9, 9), ""),
        (of_stories(4, 1), ""),
        (of_topics(), "Moss is the largest; its month with most articles is 2021-05."),
        (of_topics(is_peak_supported=False, peak_month=None), ""),
        (of_topics(peak_month_is_break=True), ""),
        (of_topics(is_universal=True), ""),
        (of_links(40, 0.95, direction=False), "Lists of related items are mutual (95.0 % of the"),
        (of_links(29, 0.95, direction=False), ""),
        (of_links(40, 0.6, direction=False), ""),
        (of_links(40, 0.1, direction=True), "1 pair of providers is listed one way only, more"),
        (of_factors(True), "“has image: yes” goes with the largest difference in quality: +5.2"),
        (of_factors(False), ""),
    ],
)
def test_a_sentence_needs_what_its_mart_supports(
    marts: dict[str, list[dict[str, Any]]], words: str
) -> None:
    assert words in said(marts) if words else said(marts) == ""
