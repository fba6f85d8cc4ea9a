"""The page reader: cases as data in `cases/pages`, the marks it knows, and any text at all."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import FileRejected
from pipeline.core.text import clean_text, count_words
from pipeline.extract.page.notices import (
    Notice,
    count_quotes,
    find_dateline,
    is_notice,
    read_notice,
)
from pipeline.extract.page.parser import read_page

CASES = Path(__file__).parent.parent / "cases" / "pages"
ROLES = {"section", "headline", "dek", "chrome", "body", "copyright"}


def test_every_case_is_a_pair() -> None:
    texts = {path.stem for path in CASES.glob("*.txt")}
    expected = {path.name.removesuffix(".expected.json") for path in CASES.glob("*.json")}
    assert texts == expected
    assert len(texts) >= 15


@pytest.mark.parametrize("case", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_case(case: Path) -> None:
    expected = json.loads(case.with_suffix(".expected.json").read_text(encoding="utf-8"))
    page = read_page(case.read_bytes().decode())
    found = {name: getattr(page, name) for name in expected if name != "roles"}
    found["roles"] = [paragraph.role for paragraph in page.paragraphs]
    assert found == expected


@pytest.mark.parametrize("text", ["", "\n \r\n\t\n", "&nbsp;\n\u00a0", "\ufeff\r\n"])
def test_a_page_without_text_is_rejected(text: str) -> None:
    with pytest.raises(FileRejected) as rejected:
        read_page(text)
    assert rejected.value.problem.code == "empty_page"


LINES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "Local News",
            "Posted Updated",
            "By Rosa Lindqvist",
            "Advertisement",
            "Credits",
            "ALDER, Ohio (TNW) \u2014 It rained all day, the harbour office said.",
            "A line of some words without an end",
            "A sentence that ends.",
            "Copyright 2021 by Tidewater Company. All rights reserved.",
            "\u00a9 2019\u20132021",
            '"Half a quotation',
            "&nbsp;",
            "",
        ]
    ),
)


@given(st.one_of(st.text(), st.lists(LINES, max_size=20).map("\n".join)))
def test_any_text_keeps_every_line_or_is_rejected_as_empty(text: str) -> None:
    lines = [clean_text(line) for line in re.split("[\r\n]", text.removeprefix("\ufeff"))]
    kept = [line for line in lines if line is not None]
    if not kept:
        with pytest.raises(FileRejected, match="no text"):
            read_page(text)
        return
    page = read_page(text)
    assert [paragraph.text for paragraph in page.paragraphs] == kept
    assert {paragraph.role for paragraph in page.paragraphs} <= ROLES
    assert [paragraph.word_count for paragraph in page.paragraphs] == list(map(count_words, kept))
    headlines = [part.text for part in page.paragraphs if part.role == "headline"]
    assert headlines == ([page.headline] if page.headline is not None else [])


@pytest.mark.parametrize(
    ("opening", "place"),
    [
        ("MAPLETON, N.C. \u2014 It rained.", "MAPLETON, N.C."),
        ("WASHINGTON (AP) \u2014 It rained.", "WASHINGTON"),
        ("LONDON, May 3 \u2014 It rained.", "LONDON"),
        ("LONDON, 3 May 2024 (AFP) - It rained.", "LONDON"),
        ("ST. LOUIS, Mo. (AP), Tuesday \u2013 \u201cRain,\u201d she said.", "ST. LOUIS, Mo."),
        ("WINSTON-SALEM, N.C.\u2014It rained.", "WINSTON-SALEM, N.C."),
        ("McALLEN, Texas -- It rained.", "McALLEN, Texas"),
        ("S\u00c3O PAULO \u2013 It rained.", "S\u00c3O PAULO"),
        ("Madrid (EFE).- Llueve.", "Madrid"),
        ("Alder, N.C. \u2014 It rained.", "Alder, N.C."),
        ("NASA \u2014 the agency \u2014 said so.", None),
        ("The mayor \u2014 She resigned.", None),
        ("BREAKING \u2014 It rained.", None),
        ("COVID-19 \u2014 It spread.", None),
        ("RALEIGH-BASED crews worked on.", None),
        ("LONDON \u2014", None),
        ("It rained.", None),
        ("\u2014 It rained.", None),
    ],
)
def test_dateline(opening: str, place: str | None) -> None:
    assert find_dateline(opening) == place


@pytest.mark.parametrize(
    ("line", "year", "holder"),
    [
        ("Copyright 2024 by Alder Company. All rights reserved. No copies.", 2024, "Alder Company"),
        ("\u00a9 2023 Foo Inc.", 2023, "Foo Inc."),
        ("\u00a9 2023 Foo Inc. All rights reserved.", 2023, "Foo Inc."),
        ("(c) 2019\u20132021 Foo", 2021, "Foo"),
        ("(C) 2019, 2021 Foo", 2021, "Foo"),
        ("Copyright \u00a9 2020-present, Foo & Sons LLC | Terms", 2020, "Foo & Sons LLC"),
        ("Copyright (c) 2020 by J. R. Foo. Do not copy.", 2020, "J. R. Foo"),
        ("Copyright Foo Media 2018. All rights reserved.", 2018, "Foo Media"),
        ("\u00a9 Foo News Group 2017-2019", 2019, "Foo News Group"),
        ("\u00a9 2022. U.S. Foo Co. Ltd. This text may not be sold.", 2022, "U.S. Foo Co. Ltd."),
        ("Foo Times \u00a9 2016. All rights reserved.", 2016, "Foo Times"),
        ("\u00a9 Foo", None, "Foo"),
        ("\u00a92015", 2015, None),
        ("All rights reserved.", None, None),
    ],
)
def test_copyright_notice(line: str, year: int | None, holder: str | None) -> None:
    assert is_notice(line)
    assert read_notice(line) == Notice(year, holder)


@pytest.mark.parametrize(
    "line",
    [
        "Copyright law changed in 2019 and again later.",
        "Copyright infringement is rising.",
        "(c) the third point",
        "Photo \u00a9 2020 Rosa Lindqvist",
    ],
)
def test_no_copyright_notice(line: str) -> None:
    assert not is_notice(line)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('"one" and "two"', 2),
        ("\u201cone\u201d and \u201ctwo\u201d", 2),
        ('"straight then curly\u201d', 1),
        ('\u201ccurly then straight"', 1),
        ("it\u2019s the crews' \u2018turn\u2019", 0),
        ('"left open', 0),
        ('6" and 7" pipes', 0),
        ("\u201cagain \u201cfrom the start\u201d", 1),
        ("\u201eeins\u201c, \u00abzwei\u00bb, \u00bbdrei\u00ab, \u201dfyra\u201d", 4),
        ("\u300c\u4e00\u300d\u300e\u4e8c\u300f", 2),
    ],
)
def test_quotes(text: str, count: int) -> None:
    assert count_quotes(text) == count


@pytest.mark.parametrize(
    "unit",
    ["word ", "a", ".", '"', " ", "&", "&#1", "( ", "\u2014", "\u00a9 2020 ", "A. ", "by ", "- "],
)
@pytest.mark.usefixtures("linear")
def test_time_is_linear_in_a_long_line(unit: str) -> None:
    page = read_page("Headline\n" + "x" + unit * (1_000_000 // len(unit)) + "\nEnd.")
    assert len(page.paragraphs) == 3


@pytest.mark.usefixtures("linear")
def test_time_is_linear_in_the_lines() -> None:
    page = read_page("\n".join(["News", "Posted Updated", "A short line"] * 15_000))
    assert len(page.paragraphs) == 45_000


def test_seed_page() -> None:
    corpus = os.environ.get("NEWSLOOM_CORPUS")
    if not corpus:
        pytest.skip("NEWSLOOM_CORPUS is not set: it names the folder of real archives")
    seeds = Path(corpus).parent / "seeds"
    (seed,) = seeds.glob("001_*.txt")
    page = read_page(seed.read_text(encoding="utf-8"))
    assert page.section == "Local News"
    assert page.headline is not None
    assert page.headline.startswith("BuzzFeed research finds")
    assert page.dek is not None
    assert page.dek.rstrip(".") in page.body[0].text
    assert page.dateline == "RALEIGH, N.C."
    assert len(page.body) == 13
    assert (page.copyright_year, page.copyright_holder) == (2024, "Capitol Broadcasting Company")
    assert page.quote_count == 4
