"""Lines as arithmetic finds them: indents, keys, values, and what is odd."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.extract.columnar.lines import (
    MOST_MARKS,
    NO_KEY,
    UNKNOWN,
    Lines,
    TooManyMarks,
    read_lines,
)

KEYS = ("title", "url")


def lines_of(*documents: str) -> Lines:
    texts = [document.encode() for document in documents]
    sizes = np.array([len(text) for text in texts])
    return read_lines(b"".join(texts), np.cumsum(sizes) - sizes, KEYS)


def test_lines_of_two_documents() -> None:
    lines = lines_of("title: A farm\n\n  - url: /a\n", "mood:\n")
    assert lines.document.tolist() == [0, 0, 1]
    assert lines.indent.tolist() == [0, 2, 0]
    assert lines.is_item.tolist() == [False, True, False]
    assert lines.key.tolist() == [KEYS.index("title"), KEYS.index("url"), UNKNOWN]
    assert lines.has_value.tolist() == [True, True, False]
    assert [lines.value(row) for row in range(3)] == ["A farm", "/a", None]
    assert not (lines.odd_key | lines.odd_value | lines.forbidden).any()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("title: a:b#c  ", "a:b#c"),
        ("title: 'it is'", "it is"),
        ("title: ' x '", " x "),
        ('title: "say \\"no\\" \\u00e9\\n"', 'say "no" é\n'),
        ("title: ''", ""),
        ('title: ""', ""),
        ("title: ~", None),
        ("title: NULL", None),
        ("title: 'null'", "null"),
        ("title: -5", "-5"),
        ("- 12:30", "12:30"),
        ("- ~", None),
    ],
)
def test_a_value_as_yaml_reads_it(written: str, value: str | None) -> None:
    lines = lines_of(written + "\n")
    assert not (lines.odd_key | lines.odd_value | lines.forbidden).any()
    assert lines.value(0) == value


@pytest.mark.parametrize(
    "written",
    [
        *("title: 'it''s'", "title: a: b", "title: a # b", "title: [a]", "title: |", "title: &a b"),
        *("title: - a", "title: 'a' b", "title: 'a", 'title: "\\x41"', "title: *a", "plain text"),
        *("- - a", "title: a      ", "- ", "title: @a"),
    ],
)
def test_what_yaml_may_read_otherwise_is_an_odd_value(written: str) -> None:
    assert lines_of(written + "\n").odd_value.any()


@pytest.mark.parametrize("written", ["é: a", "a b: c", "'q': a", f"{' ' * 30}title: a"])
def test_what_may_be_no_key_is_an_odd_key(written: str) -> None:
    assert lines_of(written + "\n").odd_key.all()


@pytest.mark.parametrize("character", ["\t", "\x7f", "\x85", "\u2028", "\ufeff", "\uffff", "\r"])
def test_forbidden_characters(character: str) -> None:
    lines = lines_of(f"title: a{character}b\n", "title: a\n")
    assert lines.forbidden.tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "is_unclean"),
    [("caf\u00e9 \u2013 20 \u20ac", False), ("a &amp; b", True), ("e\u0301", True), ("' a'", True)],
)
def test_what_must_be_cleaned_is_unclean(text: str, is_unclean: bool) -> None:
    assert lines_of(f"title: {text}\n").unclean.tolist() == [is_unclean]


def test_a_line_without_key_has_the_code_for_it() -> None:
    assert lines_of("- a\n").key.tolist() == [NO_KEY]


def test_too_many_marks_are_refused() -> None:
    with pytest.raises(TooManyMarks):
        lines_of("title: " + ":" * (MOST_MARKS + 1) + "\n")
