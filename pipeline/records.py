"""What the extract stage hands to the transform stage: parsed records, still untyped.

Values of a front-matter record are text, None, lists or mappings; no scalar has been cast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = "str | None | list[Value] | dict[str, Value]"
"""A front-matter value: text as written (unquoted null is None), a list or a mapping."""


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
