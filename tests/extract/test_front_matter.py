"""Front matter: fences, any bytes at all, and records that read back as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import FileRejected, codes
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.records import FrontMatter, Skipped, Value
from pipeline.extract.file_reader import read_file
from pipeline.extract.front_matter.reader import Fences, opens_front_matter, read_front_matter
from tests.transform.test_articles import rows_of

VALID = b"""---
category: news
title: A kelp farm opens
publishedDateTime: 2020-02-11T18:11:00Z
webUrl: https://kelp.example/a
quality: 40
provider:
  name: Kelp
  domain: kelp.example
topics:
  - Kelp
images:
  - url: /1.jpg
related:
  - title: One
    webUrl: https://kelp.example/1
    images:
      - url: /2.jpg
        width: 3
---
Body
"""


def read(data: bytes) -> FrontMatter:
    return read_front_matter(data, DEFAULT_LIMITS)


def code_of(data: bytes, limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(FileRejected) as rejected:
        read_front_matter(data, limits)
    return rejected.value.problem.code


@pytest.mark.parametrize("first", [b"---", b"---\n", b"--- \t\r\n", b"\xef\xbb\xbf---\nx"])
def test_what_opens(first: bytes) -> None:
    assert opens_front_matter(first)


@pytest.mark.parametrize(
    "first", [b"", b"--", b"----\n", b" ---\n", b"\n---\n", b"---x\n", b"--- x\n", b"\xff\xfe---\n"]
)
def test_what_does_not_open(first: bytes) -> None:
    assert not opens_front_matter(first)


def test_bounds_are_those_given() -> None:
    assert code_of(b"---\na: [[1]]\n---\n", Limits(max_depth=2)) == "too_deep"
    assert code_of(b"---\na: [1, 2, 3]\n---\n", Limits(max_nodes=5)) == "too_many_nodes"
    assert code_of(b"---\na: 1\nb: 2\n---\n", Limits(max_nodes=4)) == "too_many_nodes"


def test_a_duplicate_key_names_both_lines_and_the_last_counts() -> None:
    record = read(b"---\na: 1\nb:\n  - c: 2\n    d: 3\n    c: 4\n---\n")
    (problem,) = record.problems
    assert (problem.code, problem.field, problem.line) == ("duplicate_key", "b[1].c", 6)
    assert "line 4" in problem.message
    assert "line 6" in problem.message
    assert record.fields == {"a": "1", "b": [{"c": "4", "d": "3"}]}


def assert_one_outcome(data: bytes) -> None:
    """Rows, a skip, or exactly one error."""
    for name in ("a.md", "a.txt"):
        rows = rows_of(name, data)
        (file,) = rows["files"]
        errors = [row for row in rows["rejects"] if row["severity"] == "error"]
        records = len(rows["articles"]) + len(rows["pages"])
        assert (len(errors), records) == {
            "loaded": (0, 1),
            "skipped": (0, 0),
            "rejected": (1, 0),
        }[file["status"]]
        if errors:
            assert rows["rejects"] == errors
            assert file["reason"] == errors[0]["code"]
        for row in rows["rejects"]:
            assert row["code"] in codes()
            assert row["line"] is None or 1 <= row["line"] <= data.count(b"\n") + 1
            assert len(row["raw_value"] or "") <= 200


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert_one_outcome(data)


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)), st.binary())
def test_any_bytes_between_fences(block: bytes, body: bytes) -> None:
    assert_one_outcome(b"---\n" + block + b"\n---\n" + body)


@given(st.data())
def test_a_valid_record_with_anything_put_into_it(data: st.DataObject) -> None:
    start = data.draw(st.integers(4, len(VALID)))
    length = data.draw(st.integers(0, 12))
    piece = data.draw(
        st.one_of(
            st.binary(max_size=6),
            st.text(max_size=6).map(str.encode),
            st.sampled_from([b"[", b"{", b"&a ", b"*a", b"!x ", b": ", b"- ", b"\r", b"\t", b"'"]),
        )
    )
    assert_one_outcome(VALID[:start] + piece + VALID[start + length :])


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"),
    max_size=12,
)
PRINTABLE = TEXT.filter(lambda text: text.isprintable())
KEYS = st.one_of(st.sampled_from(["related", "title", "a", "b", "no", "2020"]), PRINTABLE)
ITEM: st.SearchStrategy[Value] = st.recursive(
    st.one_of(st.none(), PRINTABLE),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.dictionaries(KEYS, inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
RECORDS: st.SearchStrategy[dict[str, Any]] = st.dictionaries(KEYS, ITEM, min_size=1, max_size=5)


class QuotingDumper(yaml.SafeDumper):
    """Quotes every text, so that nothing is left to guess, and uses no anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "'" if len(text) % 2 else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


QuotingDumper.add_representer(str, _quoted)


@given(RECORDS, st.booleans(), st.booleans(), st.sampled_from([20, 80, 10_000]), st.booleans())
def test_records_dumped_by_pyyaml_read_back(
    record: dict[str, Any], flow: bool, unicode: bool, width: int, crlf: bool
) -> None:
    block = yaml.dump(
        record,
        Dumper=QuotingDumper,
        default_flow_style=flow,
        allow_unicode=unicode,
        width=width,
        sort_keys=False,
    )
    data = f"---\n{block}---\nBody".encode()
    assert read(data.replace(b"\n", b"\r\n") if crlf else data).fields == record


def rendered(value: Value, indent: int) -> Iterator[str]:
    """Lines in the manner of the archives: quoted texts, lists two deeper than their key."""
    space = " " * indent
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict | list):
                yield f"{space}{key}:"
                yield from rendered(inner, indent + 2)
            else:
                yield f"{space}{key}: {'null' if inner is None else json.dumps(inner)}"
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict):
                first, *rest = rendered(inner, indent + 2)
                yield f"{space}- {first.lstrip(' ')}"
                yield from rest
            else:
                yield f"{space}- {'null' if inner is None else json.dumps(inner)}"


WORDS = st.sampled_from(["title", "url", "quality", "no", "null", "x_1", "a-b"])
BASIC = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs", "Cc"]), max_size=8)
PLAIN_ITEM = st.dictionaries(
    WORDS,
    st.one_of(
        st.none(),
        BASIC,
        st.lists(
            st.one_of(BASIC, st.dictionaries(WORDS, BASIC, min_size=1)), min_size=1, max_size=3
        ),
        st.dictionaries(WORDS, BASIC, min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=4,
)


@given(PLAIN_ITEM, st.lists(PLAIN_ITEM, max_size=3), st.text(max_size=20))
def test_records_in_the_manner_of_the_archives_read_back(
    head: dict[str, Value], related: list[Value], body: str
) -> None:
    record = {**head, **({"related": [*related, *related]} if related else {})}
    block = "\n".join(rendered(record, 0))
    found = read(f"---\n{block}\n---\n{body}".encode())
    assert found.fields == record
    assert found.body == "\n" + body


@pytest.mark.parametrize(
    "block",
    [
        b"a: b" + b" " * 400_000 + b"# c",
        b'a: "' + b"\\\\" * 200_000,
        b"a: " + b"b:" * 200_000 + b" ",
        b"a: " + b"b #" * 130_000,
        b"a: " + b"[" * 400_000,
        b"- " * 200_000,
        b"[ " * 200_000,
        b"---" + b" " * 400_000 + b"x",
        (b"..." + b" " * 500 + b"x\n") * 800,
        b"related:\n" * 40_000,
        b"related:\n- a: b" + b"\n- a: b" * 40_000,
        b"\n".join(b"k%d: v" % number for number in range(40_000)),
        b"a: '" + b"''" * 200_000,
        b"? " * 200_000,
        b'a: "' + "\u2028".encode() * 100_000 + b'"',
    ],
    ids=range(15),
)
@pytest.mark.usefixtures("linear")
def test_time_is_linear(block: bytes) -> None:
    try:
        read = read_file("a.md", b"---\n" + block + b"\n---\n", DEFAULT_LIMITS)
    except FileRejected as rejected:
        assert rejected.problem.code in codes()
    else:
        assert isinstance(read, Skipped), "there is no category in it"


def test_each_of_many_bad_items_is_located_up_to_the_limit() -> None:
    items = b"".join(b"  - title: t%d\n    quality: bad\n" % number for number in range(9_999))
    rows = rows_of("a.md", VALID.replace(b"related:\n", b"related:\n" + items))
    located = list(range(16, 16 + 2 * DEFAULT_LIMITS.max_problems, 2))
    assert [row["line"] for row in rows["rejects"]] == [*located, None]


@pytest.mark.parametrize("ending", [b"\n", b" # read the other way\n"])
def test_more_related_items_than_the_limit_reject_the_file(ending: bytes) -> None:
    items = b"".join(b"  - title: t%d\n" % number for number in range(4))
    data = b"---\ncategory: news" + ending + b"title: t\nrelated:\n" + items + b"---\n"
    assert read_file("a.md", data, Limits(max_related=4))
    with pytest.raises(FileRejected) as rejected:
        read_file("a.md", data, Limits(max_related=3))
    problem = rejected.value.problem
    assert (problem.code, problem.field, problem.line) == ("too_many_related", "related", 4)


@pytest.mark.parametrize(
    ("limits", "code"),
    [(Limits(max_page_bytes=11), "file_too_large"), (Limits(max_lines=2), "too_many_lines")],
)
def test_a_page_over_a_limit_is_rejected(limits: Limits, code: str) -> None:
    page = b"A head\n\nText"
    assert read_file("a.txt", page, Limits(max_page_bytes=12, max_lines=3))
    with pytest.raises(FileRejected) as rejected:
        read_file("a.txt", page, limits)
    assert rejected.value.problem.code == code


@pytest.mark.parametrize("fence", [b"---", b"...", b"--- ", b"---\r"])
def test_the_lines_of_the_fences(fence: bytes) -> None:
    fences = Fences(b"---\na: b\nc: d\n" + fence + b"\nBody\n---\n")
    assert (fences.block, fences.closing_line) == (b"a: b\nc: d\n", 4)
    assert fences.body.strip() == b"Body\n---"
