"""The kind of a file is decided by what it holds, and limits of whole files are kept."""

from __future__ import annotations

import pytest

from pipeline.core.errors import FileRejected
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.records import FrontMatter, Page, Skipped
from pipeline.extract.file_reader import kind_of, read_file

ARTICLE = b"---\ncategory: news\ntitle: Kelp\n---\nA body\n"


@pytest.mark.parametrize(
    ("name", "data", "kind", "reason"),
    [
        ("a.md", ARTICLE, "article", None),
        ("a.txt", b"\xef\xbb\xbf" + ARTICLE, "article", None),
        ("a", ARTICLE.replace(b"\n", b"\r\n"), "article", None),
        ("a.txt", b"News\nA page\n", "page", None),
        ("A.TXT", b"News\nA page\n", "page", None),
        ("a.md", b"# Notes\n", "other", "no_front_matter"),
        ("a.MARKDOWN", b"--- no fence\n", "other", "no_front_matter"),
        ("a.png", b"\x89PNG", "other", "other_file_type"),
        ("a.md", b"---\ntitle: Kelp\n---\n", "other", "no_category"),
        ("a.md", b"---\ncategory: '&nbsp;'\n---\n", "other", "no_category"),
    ],
)
def test_what_a_file_is(name: str, data: bytes, kind: str, reason: str | None) -> None:
    record = read_file(name, data, DEFAULT_LIMITS)
    assert kind_of(name, data, record) == kind
    assert isinstance(record, {"article": FrontMatter, "page": Page, "other": Skipped}[kind])
    assert (record.reason if isinstance(record, Skipped) else None) == reason


@pytest.mark.parametrize(
    ("name", "data", "code", "line"),
    [
        ("a.txt", b"x" * 41, "file_too_large", None),
        ("a.txt", b"x\n" * 3, "too_many_lines", None),
        ("a.md", b"---\ncategory: n\nrelated: [a, b]\n---\n", "too_many_related", 3),
        ("a.txt", b"News\nsecured: S\n", "unclosed_front_matter", 2),
        ("a.md", b"---\ncategory: n\n---\nbody\nsecured: S\n", "unclosed_front_matter", 5),
        ("a.txt", b"\xff", "not_utf8", 1),
    ],
)
def test_what_is_refused(name: str, data: bytes, code: str, line: int | None) -> None:
    limits = Limits(max_page_bytes=40, max_lines=3, max_related=1)
    with pytest.raises(FileRejected) as refused:
        read_file(name, data, limits)
    assert (refused.value.problem.code, refused.value.problem.line) == (code, line)
    assert "S" not in str(refused.value.problem.raw_value)
