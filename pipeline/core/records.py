"""What the extract stage hands to the transform stage: parsed records, still untyped.

Values of a front-matter record are text, None, lists or mappings; no scalar has been cast.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.core.errors import EMPTY, Problem
from pipeline.core.secured_field import is_secured

Value: TypeAlias = "str | None | list[Value] | dict[str, Value]"
"""A front-matter value: text as written (unquoted null is None), a list or a mapping."""

Path: TypeAlias = "tuple[str | int, ...]"
"""The way to a value: keys and 0-based list indexes, such as `("related", 2, "quality")`."""


def dotted(path: Path) -> str:
    """A path as people write it: `related[3].quality`, list positions counted from 1, an empty key
    as `""`."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part or EMPTY}" for part in path]
    return "".join(parts).removeprefix(".")


def is_in_secured(path: Sequence[object]) -> bool:
    """Whether a way to a value leads into a field named `secured`."""
    return any(isinstance(part, str) and is_secured(part) for part in path)


def evidence(value: Value) -> str:
    """A value as the raw text of a problem; nothing named `secured` is shown."""
    return value if isinstance(value, str) else to_json(value)


def to_json(value: Value) -> str:
    """JSON text with sorted keys; whatever is called `secured` is left out at any depth."""
    return json.dumps(_without_secured(value), ensure_ascii=False, sort_keys=True)


def _without_secured(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _without_secured(inner) for key, inner in value.items() if not is_secured(key)}
    if isinstance(value, list):
        return [_without_secured(inner) for inner in value]
    return value


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one value: the number of its record, the way to it there, a problem code.

    It becomes a `Problem` once the file and the line are known.
    """

    record: int
    path: Path
    code: str
    raw_value: str
    message: str


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
