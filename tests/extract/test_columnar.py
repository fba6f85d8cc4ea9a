"""Files read all at once, as columns, give the very tables that files read one by one give."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from pipeline import parse as parsing
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.raw_content import RawContent
from pipeline.extract.columnar.reader import read_files
from pipeline.sample import write_sample
from pipeline.sources.folder import discover, raw_file, read_bytes
from pipeline.sources.folder_handles import FolderHandles
from pipeline.transform.articles import cast_files

COMMITTED = Path(__file__).parent.parent.parent / "data" / "raw"
CASES = Path(__file__).parent.parent / "cases" / "articles"
AT_ONCE = 500

File = tuple[str, bytes]

TOKENS = (
    *(b"- ", b"-", b": ", b":", b" #", b"#", b"'", b"''", b'"', b'\\"', b"\\", b"\\n", b"\\x41"),
    *(
        b"~",
        b"null",
        b"Null",
        b"true",
        b"yes",
        b"0x1f",
        b"007",
        b"+5",
        b"-7",
        b"1e3",
        b"99999999999",
    ),
    *(
        b"&amp;",
        b"&nbsp;",
        b"&",
        b"*a",
        b"!t",
        b"<<: ",
        b"[a, b]",
        b"{a: b}",
        b"|",
        b">-",
        b"? ",
        b"%",
    ),
    *(
        b"\t",
        b" ",
        b"  ",
        b"\n",
        b"\n\n",
        b"\r",
        b"\r\n",
        b"\x00",
        b"\x7f",
        b"\xc2\x85",
        b"\xc2\xa0",
    ),
    *(b"\f", b"\v", b"\n\t\n", b"\n\f\n", b"\n\v\n", b"\n\xc2\xa0\n", b"\n\xc2\x85\n", b"\n\r\r\n"),
    *(b"&#x0000041;", b"&#00000000065;", b"&#0;", b"\nnote: [a]\n", b"\nSECURED: x\n"),
    *(
        b"\xe2\x80\xa8",
        b"\xef\xbb\xbf",
        b"\xff",
        b"e\xcc\x81",
        b"\xe3\x81\x8b\xe3\x82\x99",
        b"\xf0\x9f\x98\x80",
    ),
    *(
        b"---\n",
        b"...\n",
        b"\nrelated:\n  - title: x\n",
        b"\nsecured: x\n",
        b"title: again\n",
        b"\nnote: 1\n",
    ),
    *(
        b"2020-02-30T00:00:00Z",
        b"2020-02-29",
        b"2020-02-29T24:00:00Z",
        b"1600-01-01T00:00:00Z",
        b"xn--",
    ),
    *(
        b"https://",
        b"HTTPS://A.Example:443/./b/../c?utm_x=1#f",
        b"//cdn.example/x.png",
        b"/x.png",
        b"%2e",
    ),
)


def files_of(root: Path) -> list[File]:
    """Name and bytes of all files of an archive."""
    listing = discover(root)
    raw = (raw_file(listing, index) for index in range(len(listing.names)))
    with FolderHandles(os.fsencode(root)) as folders:
        return [(file.source_path, read_bytes(file, folders, DEFAULT_LIMITS)) for file in raw]


def tables(files: list[File], at_once: bool, limits: Limits = DEFAULT_LIMITS) -> dict[str, Any]:
    """The tables of one chunk, made with or without the columns."""
    contents = [RawContent(name, len(data), data) for name, data in files]
    reader = parsing.read_files if at_once else lambda *_: None
    with mock.patch.object(parsing, "read_files", reader):
        made = parsing.parse(contents, limits)
    return {name: table.to_pylist() for name, table in made.items()}


def assert_same_tables(files: list[File], limits: Limits = DEFAULT_LIMITS) -> None:
    """Chunk by chunk, both ways give the same rows in the same order."""
    for start in range(0, len(files), AT_ONCE):
        chunk = files[start : start + AT_ONCE]
        by_columns = tables(chunk, at_once=True, limits=limits)
        one_by_one = tables(chunk, at_once=False, limits=limits)
        assert by_columns.keys() == one_by_one.keys()
        for name, rows in one_by_one.items():
            assert by_columns[name] == rows, name


def taken(files: list[File]) -> int:
    """How many of the files are read as columns to the end."""
    files_read = read_files([data for _, data in files], DEFAULT_LIMITS)
    assert files_read is not None
    articles = cast_files(files_read, [name for name, _ in files], DEFAULT_LIMITS)
    return len(articles.tables.files) + len(articles.skipped)


def mutant(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some edits of the kinds that break or bend YAML."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        lines = data.split(b"\n")
        at = chance.randrange(len(data) + 1)
        line = chance.randrange(len(lines))
        kind = chance.randrange(7)
        if kind <= 1:
            data = data[:at] + chance.choice(TOKENS) + data[at:]
        elif kind == 2:
            data = data[:at] + data[at + chance.randrange(1, 4) :]
        elif kind == 3:
            other = chance.randrange(len(lines))
            lines[line], lines[other] = lines[other], lines[line]
            data = b"\n".join(lines)
        elif kind == 4:
            lines.insert(chance.randrange(len(lines)), lines[line])
            data = b"\n".join(lines)
        elif kind == 5:
            lines[line] = b" " * chance.randrange(6) + lines[line].lstrip()
            data = b"\n".join(lines)
        else:
            key, colon, _ = lines[line].partition(b": ")
            lines[line] = key + colon + chance.choice(TOKENS)
            data = b"\n".join(lines)
    return data


def mutants(files: list[File], count: int, seed: int) -> Iterator[File]:
    """Mutated copies of files, under names that tell them apart."""
    chance = random.Random(seed)
    for number in range(count):
        name, data = chance.choice(files)
        yield f"{number:06}/{name}", mutant(data, chance)


def test_the_committed_archive_and_every_case() -> None:
    cases = [(f"cases/{path.name}", path.read_bytes()) for path in sorted(CASES.glob("*.md"))]
    assert_same_tables(files_of(COMMITTED) + cases)


@pytest.mark.parametrize("size", [200, pytest.param(600, marks=pytest.mark.slow)])
@pytest.mark.parametrize("repeat_related", [True, False])
def test_a_generated_archive(tmp_path: Path, repeat_related: bool, size: int) -> None:
    write_sample(tmp_path, size, repeat_related=repeat_related)
    files = files_of(tmp_path)
    assert_same_tables(files)
    assert taken(files) > size * 5 / 6


@pytest.mark.parametrize("name", ["azure", "diablo4"])
def test_a_real_archive(corpus: Path, name: str) -> None:
    files = files_of(corpus / name)
    assert_same_tables(files)
    assert taken(files) >= len(files) - 25


@pytest.mark.parametrize("count", [200, pytest.param(3_000, marks=pytest.mark.slow)])
def test_mutants(count: int) -> None:
    files = [each for each in files_of(COMMITTED) if b"related:" in each[1]]
    assert_same_tables(list(mutants(files, count, seed=1)))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["azure", "diablo4"])
def test_mutants_of_real_files(corpus: Path, name: str) -> None:
    files = [each for each in files_of(corpus / name) if len(each[1]) < 30_000]
    assert_same_tables(list(mutants(files, 10_000, seed=2)))


@pytest.mark.parametrize(
    ("head", "is_taken"),
    [
        (b"heat: 3", True),
        (b"note: 3", True),
        (b"excerpt: ''", True),
        (b"excerpt: 'it''s'", True),
        (b"excerpt: a # comment", True),
        (b"excerpt: >-\n  a\n  b", True),
        (b'excerpt: "caf\\u00e9 \\" \\n"', True),
        (b"excerpt: a: b", False),
        (b"quality: high", False),
        (b"quality: -5", True),
        (b"updatedDateTime: 2020-02-30T00:00:00Z", False),
        (b"topics:\n- A\n- B", True),
        (b"topics:\n  - A\n  - A", False),
        (b"images:\n- url: /a.jpg\n  width: 3", True),
        (b"images:\n  - width: 3", False),
        (b"excerpt: 1\nexcerpt: 2", False),
    ],
)
def test_what_is_taken(head: bytes, is_taken: bool) -> None:
    record = (
        b"---\ncategory: news\ntitle: T\npublishedDateTime: 2020-02-11T18:11:00Z\n"
        b"webUrl: https://kelp.example/a\n" + head + b"\nprovider:\n  domain: kelp.example\n---\n"
    )
    assert taken([("a.md", record)]) == is_taken


def test_entities_of_any_length_are_decoded_on_both_ways_in_texts_and_urls() -> None:
    entities = [f"&#{'0' * size}65;" for size in (0, 1, 5, 6, 9, 5_000)]
    entities += [f"&#{x}{'0' * size}41;" for x in "xX" for size in (0, 1, 4, 5, 9, 5_000)]
    files = [
        (
            f"{number}.md",
            f"---\ncategory: news\ntitle: T{each}\npublishedDateTime: 2020-02-11T18:11:00Z\n"
            f"webUrl: https://kelp.example/T{each}\nprovider:\n  domain: kelp.example\n"
            f"related:\n- title: T{each}\n  webUrl: https://kelp.example/T{each}\n---\n".encode(),
        )
        for number, each in enumerate(entities)
    ]
    assert taken(files) == len(files)
    assert_same_tables(files)
    made = tables(files, at_once=True)
    for row in (*made["articles"], *made["related_items"]):
        assert (row["title"], row["url"]) == ("TA", "https://kelp.example/TA")


@pytest.mark.slow
def test_a_chunk_of_marks_is_not_read_at_once() -> None:
    record = b"---\ntitle: x\n" + b"a: " + b":" * 3_000_000 + b"\n---\n"
    assert read_files([record] * 2, DEFAULT_LIMITS) is not None
    assert read_files([record] * 3, DEFAULT_LIMITS) is None
