"""What the extract stage hands to the transform stage: parsed records, still untyped.

Values of a front-matter record are text, None, lists or mappings; no scalar has been cast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from pipeline.core.errors import EMPTY, Problem

Value: TypeAlias = "str | None | list[Value] | dict[str, Value]"
"""A front-matter value: text as written (unquoted null is None), a list or a mapping."""

Path: TypeAlias = "tuple[str | int, ...]"
"""The way to a value: keys and 0-based list places, such as `("related", 2, "quality")`."""


def dotted(path: Path) -> str:
    """A path as people write it: `related[3].quality`, list places counted from 1, an empty key
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


class Locator(Protocol):
    """Tells the line on which a value of a record stands."""

    def line(self, path: Path) -> int | None:
        """The 1-based line in the file of the value at `path` (keys and 0-based places)."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """One front-matter file: its fields as written, the text after the closing fence, and the
    problems met while parsing (duplicate keys)."""

    fields: dict[str, Value]
    body: str
    problems: tuple[Problem, ...]
    locator: Locator


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is no news record; `reason` is one of no_category, no_front_matter,
    other_file_type."""

    reason: str
