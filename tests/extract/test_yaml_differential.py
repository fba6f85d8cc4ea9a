"""The fast way of reading front matter answers exactly what the reference way answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import FileRejected
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.records import Value
from pipeline.extract.front_matter.reader import FrontMatterReader, opens_front_matter
from pipeline.extract.front_matter.yaml_lines import parse_mapping
from pipeline.extract.front_matter.yaml_reference import parse_document

COMMITTED = Path(__file__).parent.parent.parent / "data" / "raw"


def reference_reader(limits: Limits) -> FrontMatterReader:
    """A reader that gives every block to PyYAML's events."""
    reader = FrontMatterReader(limits)
    assert hasattr(reader, "_fast"), "without this switch both readers would be the same"
    reader._fast = False
    return reader


def outcome(reader: FrontMatterReader, data: bytes) -> object:
    """All that a reader says of a file."""
    try:
        record = reader.read(data)
    except FileRejected as rejected:
        return rejected.problem
    return record.fields, record.body, record.problems


FAST, REFERENCE = FrontMatterReader(DEFAULT_LIMITS), reference_reader(DEFAULT_LIMITS)
"""One reader for all tests: blocks kept from one file must not change the next."""


def assert_same(data: bytes) -> None:
    assert outcome(FAST, data) == outcome(REFERENCE, data), data.decode(errors="replace")


SMALL = """\
---
category: news
title: "A kelp farm \\"opens\\" at caf\\u00e9 noon"
excerpt: 'Plain and quiet, it says'
publishedDateTime: 2020-02-11T18:11:00Z
webUrl: https://kelp.example/a?b=c#d
quality: 42
heat: -1
removed: null
note:

provider:
  name: Kelp#daily
  domain: kelp.example
  images:
    - url: /a/b.jpg
      width: 50

topics:
  - Kelp
  - null
  - 12:30

related:
  - title: "One"
    provider:
      name: Kelp
      domain: kelp.example
    images:
      - url: https://kelp.example/1.jpg
        isCached: true
      - url: ''
    quality: 7
  - title: Two
    webUrl: https://kelp.example/2
    quality: 7
  - title: Two
    webUrl: https://kelp.example/2
    quality: 7

secured: "abc+/=="
---

A body.
"""
ZERO_INDENTED = """\
---
category: news
topics:
- a
- b
related:
- title: Two
  images:
  - url: x
  - url: y
    width: 1
  quality: 7
- title: Three
  provider:
    name: n
secured: x
extra:
- k: v
  l:
  - m
  -   n
---
"""
DOCUMENTS = (SMALL, ZERO_INDENTED, SMALL.replace("Kelp#daily", "Kelp: daily # digest"))

SNIPPETS = (
    "\t", "\r", "\r\n", "\n", "\n\n", " ", "  ", "    ", ":", ": ", " #", "# x", "-", "- ", "- - ",
    "? ", "'", '"', '"x"', "''", "\\", "\\n", "\\u0041", "\\ud800", "\\x41", "\\/", "\\0", "&a ",
    "*a", "!t ", "!!str ", "<<: ", "<<", "|", "|\n", ">-\n", "[", "]", "{", "}", "[a, b]", "{a: b}",
    ",", "%", "@", "`", "~", "null", "Null", "nULL", "---", "--- ", "---\n", "...", "...\n", "\0",
    "\x07", "\x7f", "\x85", "\xa0", "\u2028", "\ufeff", "\ufffe", "\ud7ff", "é", "e\u0301", "日本",
    "😀",     "a: b\n", "  a: b\n", "- a\n", "  - a\n", "a:\n", "related:\n", "related: x\n",
    "\nrelated:\n  - a: b\n",
    "category: again\n", "0777", "1e3", "=", "$", "x" * 120 + ": y\n", "y" * 1100 + ": z\n",
    "\f", "\v", "\t\n", "\f\n", "\v\n", "\xa0\n", "\x85\n", "\r\r\n", "k: |+\n  t\r\r\n",
)  # fmt: skip
BLANKS = (" ", "\t", "\f", "\v", "\r", "\n", "\xa0", "\x85", "\u2028", "\u3000", "\ufeff", "#")
"""What looks like nothing, to one reader or the other."""

Mutation = Callable[[random.Random, str], str]


def _insert(roll: random.Random, text: str) -> str:
    at = roll.randrange(len(text) + 1)
    return text[:at] + roll.choice(SNIPPETS) + text[at:]


def _replace(roll: random.Random, text: str) -> str:
    at = roll.randrange(len(text) + 1)
    return text[:at] + roll.choice(SNIPPETS) + text[at + roll.randrange(4) :]


def _delete(roll: random.Random, text: str) -> str:
    at = roll.randrange(len(text) + 1)
    return text[:at] + text[at + roll.randrange(1, 6) :]


def _lines(change: Callable[[random.Random, list[str], int], None]) -> Mutation:
    def mutate(roll: random.Random, text: str) -> str:
        lines = text.split("\n")
        change(roll, lines, roll.randrange(len(lines)))
        return "\n".join(lines)

    return mutate


def _drop_line(roll: random.Random, lines: list[str], at: int) -> None:
    del lines[at]


def _repeat_line(roll: random.Random, lines: list[str], at: int) -> None:
    lines.insert(roll.randrange(len(lines)), lines[at])


def _swap_lines(roll: random.Random, lines: list[str], at: int) -> None:
    other = roll.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _indent_lines(roll: random.Random, lines: list[str], at: int) -> None:
    size = roll.randrange(1, 5)
    for number in range(at, min(len(lines), at + roll.choice((1, 1, 2, 5, 30)))):
        lines[number] = " " * size + lines[number]


def _dedent_lines(roll: random.Random, lines: list[str], at: int) -> None:
    size = roll.randrange(1, 5)
    for number in range(at, min(len(lines), at + roll.choice((1, 1, 2, 5, 30)))):
        lines[number] = lines[number].removeprefix(" " * size)


def _end_line(roll: random.Random, lines: list[str], at: int) -> None:
    lines[at] += roll.choice(SNIPPETS)


def _border_line(roll: random.Random, lines: list[str], at: int) -> None:
    """Put a line that looks blank before or after what stands at the margin, such as a list."""
    borders = [number for number, line in enumerate(lines) if line[:1] not in (" ", "-")]
    lines.insert(roll.choice(borders or [0]), "".join(roll.choices(BLANKS, k=roll.randrange(1, 4))))


def _start_value(roll: random.Random, lines: list[str], at: int) -> None:
    key, colon, value = lines[at].partition(": ")
    lines[at] = key + colon + roll.choice(SNIPPETS) + value


def _cut_value(roll: random.Random, lines: list[str], at: int) -> None:
    lines[at] = lines[at].partition(":")[0] + roll.choice((":", ": ", ":  ", ""))


MUTATIONS: tuple[Mutation, ...] = (
    _insert,
    _replace,
    _delete,
    *map(
        _lines,
        (
            *(_drop_line, _repeat_line, _swap_lines, _indent_lines, _dedent_lines),
            *(_end_line, _start_value, _cut_value, _border_line),
        ),
    ),
)


def mutants(roll: random.Random, documents: tuple[str, ...], number: int) -> Iterator[bytes]:
    for _ in range(number):
        text = roll.choice(documents)
        for _ in range(roll.choice((1, 1, 1, 2, 3, 6))):
            text = roll.choice(MUTATIONS)(roll, text)
        data = text.encode(errors="surrogatepass")
        if opens_front_matter(data):
            yield data


def test_thousands_of_mutated_records() -> None:
    fast_answers = 0
    for data in mutants(random.Random(1), DOCUMENTS, 3_500):
        assert_same(data)
        block = data[4:].partition(b"\n---")[0].decode(errors="replace") + "\n"
        fast_answers += parse_mapping(block) is not None
    assert fast_answers > 500, "the fast way must be on trial, not only the reference"


@pytest.mark.slow
def test_many_more_mutated_records() -> None:
    for data in mutants(random.Random(2), DOCUMENTS, 60_000):
        assert_same(data)


def test_every_single_byte_of_a_record() -> None:
    block = ZERO_INDENTED.encode()
    for at in range(4, len(block)):
        for byte in b"\n -:#'\"x\xff":
            assert_same(block[:at] + bytes((byte,)) + block[at + 1 :])


def test_the_committed_archive() -> None:
    for path in sorted(COMMITTED.rglob("*")):
        if path.is_file() and opens_front_matter(data := path.read_bytes()):
            assert_same(data)
            assert_same(data.replace(b"\n", b"\r\n"))


@pytest.mark.slow
def test_every_real_record_and_mutants_of_it(corpus: Path) -> None:
    roll, seen = random.Random(3), 0
    for path in sorted(corpus.rglob("*.md")):
        data = path.read_bytes()
        if not opens_front_matter(data):
            continue
        seen += 1
        assert_same(data)
        if seen % 10 == 0:
            text = data[:4000].decode(errors="ignore") + "\n---\n"
            for mutant in mutants(roll, (text,), 4):
                assert_same(mutant)
    assert seen > 1_000


LINE = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", " ", "  ", "    "]),
    st.sampled_from(["", "- ", "-  ", "-"]),
    st.sampled_from(
        ["", "a:", "b: ", "c: ", "related:", "null: ", "é: ", "a b: ", "'q': ", "<<: "]
    ),
    st.one_of(
        st.sampled_from(
            ["", "x", "x ", "null", "~", '"y"', "'z'", "-1", "x: y", "x #y", "x#y", "x:y"]
        ),
        st.text(alphabet="ax \"'\\:#-[]{}&*!|>%@`,?~\t/n0é", max_size=6),
    ),
)


@settings(max_examples=600, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=9).map("\n".join))
def test_any_lines(block: str) -> None:
    assert_same(f"---\n{block}\n---\n".encode())


def test_a_block_is_read_by_its_own_indent_whatever_was_read_before() -> None:
    for indent in ("", "  ", "    "):
        assert_same(f"---\nk: v\nrelated:\n{indent}- a:\n    b: 1\n---\n".encode())


@pytest.mark.parametrize("limits", [Limits(max_depth=4), Limits(max_nodes=40)])
def test_narrow_limits_hold_on_both_ways(limits: Limits) -> None:
    for text in DOCUMENTS:
        data = text.encode()
        assert outcome(FrontMatterReader(limits), data) == outcome(reference_reader(limits), data)


@pytest.mark.parametrize("blank", [*BLANKS, "\t ", " \t", "\t# c", "\r\r", "\f\v"])
def test_lines_that_look_blank_at_the_borders_of_the_list(blank: str) -> None:
    head, listed = "category: news\nnote: [a]\n", "related:\n- title: a\n"
    line = blank + "\n"
    for parts in (
        *((line, listed, head), (listed, line, head), (listed, head, line), (head, listed, line)),
        *((head, line, listed), (line, listed), (listed, line), (line, head), (line, listed, line)),
        ("k: |+\n  t", line, listed, head),
    ):
        assert_same(f"---\n{''.join(parts)}---\n".encode())


def test_as_many_values_as_the_limit_on_both_ways() -> None:
    roll, refused = random.Random(4), 0
    for _ in range(400):
        flow = f"flow: [{'t,' * roll.randrange(200)}]\n"
        keys = "".join(f"  k{number}: v\n" for number in range(roll.randrange(12)))
        listed = "related:\n" + f"- title: a\n{keys}" * roll.randrange(1, 12)
        parts = [flow, listed, "tail: {a, b}\n"]
        roll.shuffle(parts)
        data = f"---\n{''.join(parts)}---\n".encode()
        nodes = parse_document(data[4:-4].decode(), first_line=2, limits=DEFAULT_LIMITS).nodes
        limits = Limits(max_nodes=nodes + roll.randrange(-3, 3))
        expected = outcome(reference_reader(limits), data)
        assert outcome(FrontMatterReader(limits), data) == expected, data
        refused += getattr(expected, "code", None) == "too_many_nodes"
    assert 100 < refused < 300


def paths(value: Value, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value or ())
    if isinstance(value, dict | list):
        for key, part in inner:
            yield from paths(part, (*path, key))


def test_lines_are_those_of_the_reference() -> None:
    for text in (SMALL, ZERO_INDENTED, SMALL.replace("\n", "\r\n")):
        fast, reference = FAST.read(text.encode()), REFERENCE.read(text.encode())
        for path in paths(fast.fields):
            assert fast.locator.line(path) == reference.locator.line(path)
