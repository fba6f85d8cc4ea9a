"""The field `secured` is noticed however its name is written, and no other word is."""

from __future__ import annotations

import pytest

from pipeline.core.secured_field import (
    is_secured,
    line_naming_secured,
    line_of_secured,
    may_name_secured,
)

SPELLINGS = [
    *("secured", "SECURED", "Secured", " secured ", "'secured'", '"secured"', "_secured_"),
    *("\uff53\uff45cured", "sec\u200bured", "secure\u0301d", "sec\\x75red", "\\u0073ecured"),
    *("&#115;ecured", "sec&#x75;red", "sec\\\n  ured", "\\U00000073ecured"),
]
OTHERS = ["secure", "securedness", "non secured", "insecured", "ѕecured", "sec ured", "", "sealed"]


@pytest.mark.parametrize("key", SPELLINGS)
def test_a_spelling_of_the_name(key: str) -> None:
    assert is_secured(key)
    assert may_name_secured(f"a text with {key} in it")
    assert line_naming_secured(f"first\n{key}: S") in (0, 1)


@pytest.mark.parametrize("key", OTHERS)
def test_another_name(key: str) -> None:
    assert not is_secured(key)
    assert line_of_secured(f"first\n{key}: S") is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("secured: S", 0),
        ("a\nb\n- secured = S", 2),
        ("a\n  'secured'\n: S", 1),
        ("the door is secured: nobody came", None),
        ("secured loans rose", None),
        ("a, secured: S", 0),
        ("a title\\\nsecured: S", 1),
        ("a title\\\r\n  secured: S", 1),
    ],
)
def test_a_field_is_told_from_a_word_of_a_sentence(text: str, line: int | None) -> None:
    assert line_of_secured(text) == line


def test_the_line_of_the_first_name_be_it_a_field_or_not() -> None:
    assert line_naming_secured("a\nis secured\nsecured: S") == 1
    assert line_naming_secured("a\nb") is None
