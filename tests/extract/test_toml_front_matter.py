"""TOML front matter becomes what YAML front matter has; or a reject."""

from __future__ import annotations

import pytest

from pipeline.core.errors import FileRejected
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.extract.toml_front_matter import opens_toml, read_toml

HEAD = b"""\xef\xbb\xbf+++ \r
title = "Kelp" # a comment\r
date = 2024-02-02T04:14:54-08:00\r
day = 2024-02-02\r
at = 07:30:00\r
n = [1, 2.50, true]\r
[params]\r
author = 'Ada Moss'\r
[[menu]]\r
x = 0x10\r
+++\r
The body.\r
+++\r
"""


def test_values_are_text() -> None:
    assert opens_toml(HEAD)
    record = read_toml(HEAD, DEFAULT_LIMITS)
    assert record.fields == {
        "title": "Kelp",
        "date": "2024-02-02T04:14:54-08:00",
        "day": "2024-02-02",
        "at": "07:30:00",
        "n": ["1", "2.50", "true"],
        "params": {"author": "Ada Moss"},
        "menu": [{"x": "16"}],
    }
    assert record.body == "\nThe body.\r\n+++\r\n"
    assert record.line(("day",)) == 4
    assert record.line(("params", "author")) == 7


@pytest.mark.parametrize("data", [b"++", b"++++\n", b" +++\n", b"--- \n", b""])
def test_what_is_no_fence(data: bytes) -> None:
    assert not opens_toml(data)


@pytest.mark.parametrize(
    ("block", "code", "line"),
    [
        (b"a = 1\nb = x\n+++\n", "invalid_toml", 3),
        (b"a = 1\na = 2\n+++\n", "invalid_toml", 3),
        (b"a = 1\n", "unclosed_front_matter", 1),
        (b"+++\n", "empty_front_matter", 2),
        (b"# nothing\n+++\n", "empty_front_matter", 2),
        (b"a = '\xff'\n+++\n", "not_utf8", 2),
        (b"a = 1" + b"0" * 5_000 + b"\n+++\n", "invalid_toml", 2),
        (b"a = " + b"[" * 5_000 + b"]" * 5_000 + b"\n+++\n", "too_deep", 2),
        (b"a = [[[[1]]]]\n+++\n", "too_deep", 2),
        (b'a = "\\u0000"\n+++\n', "invalid_character", 2),
    ],
)
def test_what_is_refused(block: bytes, code: str, line: int) -> None:
    with pytest.raises(FileRejected) as refused:
        read_toml(b"+++\n" + block, Limits(max_depth=3))
    assert (refused.value.problem.code, refused.value.problem.line) == (code, line)
