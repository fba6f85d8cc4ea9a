"""Cleaning and counting words, the two functions every text goes through."""

from __future__ import annotations

import unicodedata
from html.entities import html5

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.core.text import clean_text, count_words
from pipeline.core.urls import clean_url


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  plain  ", "plain"),
        ("", None),
        (" \t\r\n\u00a0", None),
        ("&nbsp;", None),
        ("Bread &amp; butter", "Bread & butter"),
        ("&amp;amp;", "&amp;"),
        ("AT&T", "AT&T"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("Caf&eacute;", "Caf\u00e9"),
        ("e&#769;", "\u00e9"),
        ("two  inner   blanks", "two  inner   blanks"),
        ("&#" + "1" * 5000 + ";", "\ufffd"),
        ("&#" + "0" * 5000 + "65;", "A"),
    ],
)
def test_clean_text(raw: str, cleaned: str | None) -> None:
    assert clean_text(raw) == cleaned


NUMBERS = st.builds(
    "&#{}{}{};".format,
    st.sampled_from(["", "x", "X"]),
    st.integers(0, 6_000).map("0".__mul__),
    st.sampled_from(
        [
            *(
                "0",
                "1",
                "9",
                "10",
                "41",
                "65",
                "80",
                "99",
                "128",
                "130",
                "155",
                "160",
                "233",
                "769",
            ),
            *("8217", "2019", "55296", "65534", "65535", "110000", "128512", "1114111", "1114112"),
            *("99999999", "4294967296", "9" * 4_299, "9" * 4_300, "9" * 5_000),
        ]
    ),
)
NAMED = st.sampled_from(sorted(name for name in html5 if name.endswith(";"))).map("&{}".format)


@given(st.lists(NUMBERS | NAMED, min_size=1, max_size=3).map("".join))
@example("&#x0000041;")
@example("&#00000000065;")
@example("&#x" + "F" * 5_000 + ";")
def test_a_closed_entity_is_decoded_alike_in_texts_and_urls(entities: str) -> None:
    whole = f"/a{entities}b"
    assert clean_url(whole) == clean_text(whole) != whole


@given(
    st.text(alphabet="a\u0301\u0323\u0344\u0f73\u05b0\u0345\u2014", min_size=1000, max_size=1200)
)
def test_long_runs_of_marks_are_composed_as_nfc(text: str) -> None:
    assert clean_text(text) == unicodedata.normalize("NFC", text)


@pytest.mark.usefixtures("linear")
def test_time_is_linear_in_a_run_of_marks() -> None:
    """Swapping neighbours would take minutes."""
    cleaned = "\u1ea1" + "\u0323" * 199_999 + "\u0301" * 200_000
    assert clean_text("a" + "\u0301\u0323" * 200_000) == cleaned


def test_count_words() -> None:
    assert count_words("  RALEIGH, N.C. \u2014 It rained.\n") == 5
    assert count_words("") == 0
