"""The lines of a file that may be shown, and where in them a problem stands."""

from __future__ import annotations

import pytest

from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.explain.source_lines import SourceLines

RECORD = b"""---
title: a
secured:
  kelp: 1
  fern: 2
quality: high
---
body
"""


def lines_of(data: bytes) -> SourceLines:
    return SourceLines(data, DEFAULT_LIMITS)


def shown(data: bytes) -> list[str | None]:
    lines = lines_of(data)
    return [lines.text(number, None) for number in range(1, data.count(b"\n") + 1)]


def test_what_is_secured_is_hidden_and_nothing_else() -> None:
    assert shown(RECORD) == ["---", "title: a", None, None, None, "quality: high", "---", "body"]


def test_all_after_it_is_hidden_where_its_end_is_not_known() -> None:
    broken = RECORD.replace(b"quality: high", b"quality: high: x")
    assert shown(broken) == ["---", "title: a", *[None] * 6]


def test_a_line_that_is_none_and_a_secured_field_have_no_text() -> None:
    lines = lines_of(RECORD)
    assert [lines.text(number, None) for number in (None, 0, 99)] == [None, None, None]
    assert lines.text(2, "provider.secured[0]") is None


def test_bytes_and_line_ends_are_shown_as_text() -> None:
    assert lines_of(b"a\xffb\r\n").text(1, None) == "a\\xffb"


@pytest.mark.parametrize(
    ("text", "row", "marked"),
    [
        ("quality: high", {"field": "quality", "raw_value": "high"}, "high"),
        ("  width: x", {"field": "images[0].width", "raw_value": "absent"}, "width: x"),
        ("  - [", {"field": None, "raw_value": None}, "- ["),
        ("ab\\xffcd", {"field": None, "raw_value": None, "code": "not_utf8"}, "\\xffcd"),
    ],
)
def test_a_problem_stands_at_its_value_else_its_key(
    text: str, row: dict[str, str | None], marked: str
) -> None:
    column = lines_of(b"").column(text, {"code": "invalid_integer", **row})
    assert text[column - 1 :] == marked
