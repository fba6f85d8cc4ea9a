"""Front matter read as columns gives exactly what the reference reader, PyYAML, gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.extract.front_matter.reader import opens_front_matter
from pipeline.extract.front_matter.yaml_reference import parse_document
from tests.extract.test_columnar import assert_same_tables, tables, taken

COMMITTED = Path(__file__).parent.parent.parent / "data" / "raw"


def assert_same(*documents: bytes, limits: Limits = DEFAULT_LIMITS) -> None:
    """Read as columns, the documents give the very rows that PyYAML gives."""
    files = [(f"{number:06}.md", data) for number, data in enumerate(documents)]
    assert_same_tables(files, limits)


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
      - url: ./2.png
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
title: Kelp
publishedDateTime: 2020-02-11
originalUrl: /kelp
provider:
  domain: kelp.example
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


@pytest.mark.slow
def test_thousands_of_mutated_records() -> None:
    documents = list(mutants(random.Random(1), DOCUMENTS, 2_000))
    assert_same(*documents)
    assert taken([(f"{at}.md", each) for at, each in enumerate(documents)]) > 170


@pytest.mark.slow
def test_many_more_mutated_records() -> None:
    assert_same(*mutants(random.Random(2), DOCUMENTS, 60_000))


@pytest.mark.slow
def test_every_single_byte_of_a_record() -> None:
    block = ZERO_INDENTED.encode()
    assert_same(
        *(
            block[:at] + bytes((byte,)) + block[at + 1 :]
            for at in range(4, len(block))
            for byte in b"\n -:#'\"x\xff"
        )
    )


def test_the_committed_archive() -> None:
    files = (path.read_bytes() for path in sorted(COMMITTED.rglob("*")) if path.is_file())
    documents = [data for data in files if opens_front_matter(data)]
    assert_same(*documents, *(data.replace(b"\n", b"\r\n") for data in documents))


@pytest.mark.slow
def test_every_real_record_and_mutants_of_it(corpus: Path) -> None:
    roll = random.Random(3)
    files = (path.read_bytes() for path in sorted(corpus.rglob("*.md")))
    documents = [data for data in files if opens_front_matter(data)]
    assert len(documents) > 1_000
    assert_same(*documents)
    texts = (data[:4000].decode(errors="ignore") + "\n---\n" for data in documents[::10])
    assert_same(*(mutant for text in texts for mutant in mutants(roll, (text,), 4)))


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


@given(st.lists(st.lists(LINE, min_size=1, max_size=9).map("\n".join), min_size=4, max_size=9))
def test_any_lines(blocks: list[str]) -> None:
    whole = "category: news\ntitle: t\npublishedDateTime: 2020-02-11\nwebUrl: /a\n"
    whole += "provider:\n  domain: kelp.example\n"
    texts = (f"---\n{head}{block}\n---\n" for block in blocks for head in ("", whole))
    assert_same(*(text.encode() for text in texts))


def test_a_block_is_read_by_its_own_indent_whatever_was_read_before() -> None:
    assert_same(
        *(
            f"---\nk: v\nrelated:\n{indent}- a:\n    b: 1\n---\n".encode()
            for indent in ("", "  ", "    ")
        )
    )


@pytest.mark.parametrize("limits", [Limits(max_depth=4), Limits(max_nodes=40)])
def test_narrow_limits_hold_on_both_ways(limits: Limits) -> None:
    assert_same(*(text.encode() for text in DOCUMENTS), limits=limits)


@pytest.mark.parametrize("blank", [*BLANKS, "\t ", " \t", "\t# c", "\r\r", "\f\v"])
def test_lines_that_look_blank_at_the_borders_of_the_list(blank: str) -> None:
    head, listed = "category: news\nnote: [a]\n", "related:\n- title: a\n"
    line = blank + "\n"
    documents = (
        *((line, listed, head), (listed, line, head), (listed, head, line), (head, listed, line)),
        *((head, line, listed), (line, listed), (listed, line), (line, head), (line, listed, line)),
        ("k: |+\n  t", line, listed, head),
    )
    assert_same(*(f"---\n{''.join(parts)}---\n".encode() for parts in documents))


@pytest.mark.slow
@pytest.mark.parametrize("count", [40, 200])
def test_as_many_values_as_the_limit_on_both_ways(count: int) -> None:
    roll, refused = random.Random(4), 0
    for _ in range(count):
        flow = f"flow: [{'t,' * roll.randrange(200)}]\n"
        keys = "".join(f"  k{number}: v\n" for number in range(roll.randrange(12)))
        listed = "related:\n" + f"- title: a\n{keys}" * roll.randrange(1, 12)
        parts = [flow, listed, "tail: {a, b}\n"]
        roll.shuffle(parts)
        data = f"---\n{''.join(parts)}---\n".encode()
        nodes = parse_document(data[4:-4].decode(), first_line=2, limits=DEFAULT_LIMITS).nodes
        limits = Limits(max_nodes=nodes + roll.randrange(-3, 3))
        assert_same(data, limits=limits)
        rejects = tables([("a.md", data)], at_once=True, limits=limits)["rejects"]
        refused += [row["code"] for row in rejects] == ["too_many_nodes"]
    assert count / 4 < refused < count * 3 / 4


READABLE = (
    *("author: Tern", "author: 'It''s'", 'author: "a\\tb"', "author:", "mood: ~", "height: ''"),
    *("tags:\n- a\n- null\n- '1'", "flow: [a, {b: c}, '']", "t:\n    - x: 1\n      y:\n      - 2"),
    *("text: |\n  a\n\n  b", "folded: >-\n  a\n  b", "note: a # comment", "Secured: x", "width: 3"),
    *("long: a\n  b", 'quoted: "a\n\n  b"', "meta:\n  a: 1\n  b:\n    c: [d]", "s-ecured: x"),
    *("deep:\n  secured: x\n  d: 1", "flat: {SECURED: [x]}", "x:\n  # c", "note: |2\n   a"),
)
"""Fields that no column holds, of every kind that YAML knows."""

ODD = (
    *("related:", "related: []", "related: x", "related: [{title: t}]", "x: &a 1", "x: !t 1"),
    *("x: *a", "note: a: b", "x: [a", "x: ]", "author: again", "note: 'open", "x: b'", "é: 1"),
    *("'q': 1", "a b: 1", "? x", "x: 1\nx: 2", "<<: {a: 1}", "note: |\n  a\n secured: x"),
    *('note: "a\n  secured: x"', "# c", "x: - y", "x: |\n\n", "note: |+\n  a\n\n", "{a: 1}"),
)
"""Fields that mean something else than they seem to, or nothing."""


def with_unknown(roll: random.Random) -> bytes:
    """A record with unknown fields on top, in provider, images, related items and their images."""

    def some(indent: int, fields: tuple[str, ...] = READABLE) -> str:
        drawn = (
            roll.choice(fields if roll.random() < 0.95 else ODD)
            for _ in range(roll.choice((0, 0, 0, 1, 1, 2)))
        )
        lines = "\n".join(drawn).split("\n")
        return "".join(f"{' ' * indent}{line}\n" for line in lines if line)

    parts = [
        "category: news\ntitle: t\npublishedDateTime: 2020-02-11\nwebUrl: /a\n",
        "provider:\n  domain: kelp.example\n" + some(2, READABLE[:6]),
        f"images:\n- url: /a\n{some(2, READABLE[:6])}- url: /b\n{some(2)}",
        "related:\n"
        + "".join(
            f"- title: r\n{some(2)}  images:\n  - url: /c\n{some(4, READABLE[:6])}"
            for _ in range(2)
        ),
        *(some(0) for _ in range(3)),
    ]
    roll.shuffle(parts)
    return f"---\n{''.join(parts)}---\n".encode()


@pytest.mark.slow
@pytest.mark.parametrize("count", [1_000, 6_000])
def test_fields_without_a_column(count: int) -> None:
    roll = random.Random(5)
    documents = [with_unknown(roll) for _ in range(count)]
    assert_same(*documents)
    assert taken([(f"{at}.md", each) for at, each in enumerate(documents)]) > count / 10
