"""What the extract stage hands to the transform stage: parsed records, still untyped.

Values of a front-matter record are text, None, lists or mappings; no scalar has been cast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pipeline.core.errors import EMPTY, Problem

Value: TypeAlias = "str | None | list[Value] | dict[str, Value]"
"""A front-matter value: text as written (unquoted null is None), a list or a mapping."""

Path: TypeAlias = "tuple[str | int, ...]"
"""The way to a value: keys and 0-based list indexes, such as `("related", 2, "quality")`."""


def dotted(path: Path) -> str:
    """A path as people write it: `related[3].quality`, list positions counted from 1, an empty key
    as `""`."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part or EMPTY}" for part in path]
    return "".join(parts).removeprefix(".")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One non-blank line of a page; `role` is one of section, headline, dek, chrome, body,
    copyright."""

    role: str
    text: str
    word_count: int


@dataclass(frozen=True, slots=True)
class Page:
    """The text of one scraped web page, its paragraphs in order."""

    paragraphs: tuple[Paragraph, ...]
    section: str | None = None
    headline: str | None = None
    dek: str | None = None
    dateline: str | None = None
    copyright_year: int | None = None
    copyright_holder: str | None = None
    quote_count: int = 0

    @property
    def body(self) -> tuple[Paragraph, ...]:
        """The paragraphs of role `body`."""
        return tuple(paragraph for paragraph in self.paragraphs if paragraph.role == "body")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """One front-matter file: its fields as written, the text after the closing fence, the problems
    met while parsing (duplicate keys), and the 1-based line in the file of every value."""

    fields: dict[str, Value]
    body: str
    problems: tuple[Problem, ...]
    lines: dict[Path, int]

    def line(self, path: Path) -> int | None:
        """The line of the value at `path`, or of what holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is no news record; `reason` is one of no_category, no_front_matter,
    other_file_type."""

    reason: str
