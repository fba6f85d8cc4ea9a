"""Archives meant to harm: each a named case, with what must become of its files."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

MEGABYTE = 1_000_000
RECORD = """---
category: news
title: {title}
publishedDateTime: {published}
webUrl: https://hostile.example/{number}
provider:
  name: Hostile
  domain: hostile.example
{more}---
{body}"""


def record(
    more: str = "",
    title: str = "A title",
    published: str = "2021-03-04T05:06:07Z",
    number: int = 1,
    body: str = "",
) -> bytes:
    """An article with fields put into it."""
    text = RECORD.format(title=title, published=published, number=number, more=more, body=body)
    return text.encode()


def front_matter(block: str) -> bytes:
    """A file whose front matter is just this."""
    return f"---\n{block}\n---\n".encode()


@dataclass(frozen=True, slots=True)
class Hostile:
    """One case: `lay` puts it into a folder; `files` says what each file becomes (a status, or the
    code of its rejection), `warnings` the codes of the warnings with their numbers."""

    lay: Callable[[Path], None]
    files: dict[str, str]
    warnings: dict[str, int] = field(default_factory=dict)


def one(data: Callable[[], bytes], becomes: str, name: str = "bad.md", **warnings: int) -> Hostile:
    """A case of one file."""

    def lay(folder: Path) -> None:
        (folder / name).write_bytes(data())

    return Hostile(lay, {name: becomes}, warnings)


def sized(size: int, head: bytes, becomes: str) -> Hostile:
    """A case of one file that is mostly a hole."""

    def lay(folder: Path) -> None:
        with (folder / "bad.md").open("wb") as file:
            file.write(head)
            file.truncate(size)

    return Hostile(lay, {"bad.md": becomes})


ALIASES = "\n".join(
    ["a: &a [x, x, x, x, x, x, x, x, x]"]
    + [f"{one}: &{one} [{', '.join([f'*{two}'] * 9)}]" for two, one in pairwise("abcdefghi")]
)
MERGES = "\n".join(
    ["a: &a {k: v}"]
    + [f"{one}: &{one}\n  <<: [{', '.join([f'*{two}'] * 9)}]" for two, one in pairwise("abcdefghi")]
)
TAGS = (
    '!!python/object/apply:os.system ["touch {0}"]',
    "!!python/object/new:subprocess.Popen [[touch, {0}]]",
    "!!python/name:os.system",
    "!!binary aGVsbG8=",
)


def _indented() -> bytes:
    return front_matter("\n".join(" " * depth + "a:" for depth in range(5_600)))


def _tags(folder: Path) -> None:
    for number, tag in enumerate(TAGS):
        (folder / f"{number}.md").write_bytes(record(f"x: {tag.format(folder / 'RUN')}\n"))


def _links(folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "secret.md").write_bytes(record(title="from outside"))
    (folder / "good.md").write_bytes(record())
    for name, target in {
        "zero.md": "/dev/zero",
        "random.txt": "/dev/urandom",
        "tty.md": "/dev/tty",
        "out.md": "../outside/secret.md",
        "outside": "../outside",
        "loop": ".",
        "itself.md": "itself.md",
        "proc": "/proc",
    }.items():
        (folder / name).symlink_to(target)


def _special(folder: Path) -> None:
    (folder / "good.md").write_bytes(record())
    os.mkfifo(folder / "pipe.md")
    with suppress(PermissionError):
        os.mknod(folder / "zero.md", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    here = Path.cwd()
    os.chdir(folder)  # the path of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket.md")
    finally:
        os.chdir(here)


NAMES = {
    b"new\nline.md": "new\nline.md",
    b"quo'te\".md": "quo'te\".md",
    b"..md..md": None,  # hidden
    b"a..b.md": "a..b.md",
    b"a/..b": None,
    b"tab\t.md": "tab\t.md",
    b"\x1b[2J.md": "\x1b[2J.md",
    b"\xff\xfe.md": "\\xff\\xfe.md",
    b"back\\slash.md": "back\\slash.md",
    b"%2e%2e%2f.md": "%2e%2e%2f.md",
    b"; drop table files; --.md": "; drop table files; --.md",
    b"$(touch RUN).md": "$(touch RUN).md",
    b"-rf.md": "-rf.md",
    "\u202egnp.md".encode(): "\u202egnp.md",
    b"Case.md": "Case.md",
    b"case.md": "case.md",
    b"CASE.MD": "CASE.MD",
    "caf\u00e9.md".encode(): "caf\u00e9.md",
    "cafe\u0301.md".encode(): "cafe\u0301.md",
    b"n" * 252 + b".md": "n" * 252 + ".md",
}
"""Names of files as bytes, and as `source_path` tells them; None is hidden."""


def _names(folder: Path) -> None:
    for number, name in enumerate(NAMES):
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(record(number=number))


def _items(count: int) -> str:
    items = (
        f"  - title: Item {number}\n    webUrl: https://hostile.example/{number}\n"
        for number in range(count)
    )
    return "related:\n" + "".join(items)


def _keys(count: int) -> bytes:
    return front_matter("\n".join(f"{number:x}:" for number in range(count)))


CASES: dict[str, Hostile] = {
    "alias bomb": one(lambda: front_matter(ALIASES), "unsafe_yaml"),
    "merge-key bomb": one(lambda: front_matter(MERGES), "unsafe_yaml"),
    "merge key alone": one(lambda: front_matter("<<: {a: b}"), "unsafe_yaml"),
    "flow nesting, 100,000": one(lambda: front_matter("a: " + "[" * 100_000), "too_deep"),
    "flow mappings, 100,000": one(lambda: front_matter("{a: " * 100_000), "too_deep"),
    "flow over lines, 100,000": one(lambda: front_matter("a: " + "[\n " * 100_000), "too_deep"),
    "block nesting, 100,000": one(lambda: front_matter("- " * 100_000), "too_deep"),
    "complex keys, 100,000": one(lambda: front_matter("? " * 100_000), "too_deep"),
    "nesting by indent, 5,600": one(_indented, "too_deep"),
    "scalar of 200 MB": one(lambda: record(title="x" * 200 * MEGABYTE), "file_too_large"),
    "scalar of 16 MB": one(lambda: record(title="x" * 16 * MEGABYTE), "invalid_field"),
    "quoted scalar of 16 MB": one(
        lambda: record(title='"' + "\\u00e9" * (2_600_000) + '"'), "invalid_field"
    ),
    "body of 16 MB": one(lambda: record(body="word " * 3_200_000), "loaded"),
    "file of 1 GB": sized(1_000 * MEGABYTE, b"---\ntitle: hole\n", "file_too_large"),
    "2 million keys": one(lambda: _keys(2_000_000), "too_many_nodes"),
    "199,000 keys": one(lambda: _keys(199_000), "skipped"),
    "article with 199,000 keys": one(
        lambda: record("".join(f"{number:x}:\n" for number in range(199_000))), "loaded"
    ),
    "the same key 199,000 times": one(
        lambda: record("k: v\n" * 199_000), "loaded", duplicate_key=1_000, too_many_problems=1
    ),
    "390,000 topics": one(
        lambda: record("topics: [" + "t," * 390_000 + "]\n"),
        "loaded",
        duplicate_topic=99,
        too_many_topics=1,
    ),
    "130,000 images": one(lambda: record("images:\n" + "- url: x\n" * 130_000), "loaded"),
    "NUL": one(lambda: record(title="a\0b"), "invalid_character"),
    "control characters": one(lambda: record(title="a\x07\x1b[2Jb"), "invalid_character"),
    "control characters, escaped": one(lambda: record(title='"a\\x00\\x1b[2Jb"'), "loaded"),
    "invalid UTF-8": one(lambda: record().replace(b"A title", b"A \xff\xfe\xc0\x80"), "not_utf8"),
    "UTF-16": one(lambda: record().decode().encode("utf-16"), "skipped"),
    "page of NUL": one(lambda: b"\0" * MEGABYTE, "loaded", "bad.txt"),
    "page of 16 MB in a line": one(lambda: b"word " * 3_200_000, "file_too_large", "bad.txt"),
    "page of 1 MB in a line": one(lambda: b"word " * 200_000, "loaded", "bad.txt"),
    "page of 8 million lines": one(lambda: b"a\n" * 8_000_000, "file_too_large", "bad.txt"),
    "page of 500,000 lines": one(lambda: b"a\n" * 500_000, "too_many_lines", "bad.txt"),
    "page of 49,999 lines": one(lambda: b"Some words.\n" * 49_999, "loaded", "bad.txt"),
    "line of 16 MB in a list": one(
        lambda: front_matter("a: [" + f"{'x' * 40}, " * 380_000 + "x]"), "skipped"
    ),
    "tags that construct": Hostile(_tags, {f"{number}.md": "unsafe_yaml" for number in range(4)}),
    "huge integers": one(
        lambda: record(f"quality: {'9' * 5_000_000}\nheat: {'9' * 30}\n"),
        "loaded",
        integer_out_of_range=2,
    ),
    "date of year 0": one(lambda: record(published="0000-01-01T00:00:00Z"), "invalid_field"),
    "date of year 99999": one(lambda: record(published="99999-01-01T00:00:00Z"), "invalid_field"),
    "date of year 9999, updated": one(
        lambda: record("updatedDateTime: 9999-12-31T23:59:59Z\n"),
        "loaded",
        timestamp_out_of_range=1,
    ),
    "symbolic links": Hostile(_links, {"good.md": "loaded"}),
    "pipes, sockets, devices": Hostile(_special, {"good.md": "loaded"}),
    "names": Hostile(_names, {name: "loaded" for name in NAMES.values() if name}),
    "10,000 related items": one(lambda: record(_items(10_000)), "loaded"),
    "10,001 related items": one(lambda: record(_items(10_001)), "too_many_related"),
    "10,000 related items that are none": one(
        lambda: record("related:\n" + "  - x\n" * 10_000),
        "loaded",
        invalid_item=1_000,
        too_many_problems=1,
    ),
}
"""The cases by name."""
