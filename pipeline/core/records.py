"""What the extract stage hands to the transform stage: parsed records, still untyped.

Values of a front-matter record are text, None, lists or mappings; no scalar has been cast.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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


def value_at(value: Value, way: Iterable[str]) -> Value:
    """The value at the end of a way of keys; of a list, the values that its items have there."""
    for key in way:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list):
            found = [each.get(key) for each in value if isinstance(each, dict)]
            lists = [each if isinstance(each, list) else [each] for each in found]
            value = [each for listed in lists for each in listed if each is not None]
        else:
            return None
    return value


def texts_of(value: Value) -> list[str]:
    """The texts of a value, or of a list, that hold more than blanks."""
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str) and each.strip()]


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
    """One record: its fields, values as written, the text after the closing fence, the problems met
    while parsing (duplicate keys), and the 1-based line in the file of every value.

    Fields have the names of the contract; where these are not those of the file, `written` has the
    way to a field there, by its dotted name, and `unmapped` the fields that have no other name.
    """

    fields: dict[str, Value]
    body: str
    problems: tuple[Problem, ...]
    lines: dict[Path, int]
    written: Mapping[str, Path] = field(default_factory=dict)
    unmapped: dict[str, Value] = field(default_factory=dict)

    def as_written(self, path: Path) -> Path:
        """The path in the file of the value that is at `path` here."""
        for length in range(len(path), 0, -1):
            way = self.written.get(".".join(map(str, path[:length])))
            if way is not None:
                return (*way, *path[length:])
        return path

    def line(self, path: Path) -> int | None:
        """The line of the value at `path`, or of what holds it."""
        path = self.as_written(path)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is no news record; `reason` is one of no_category, no_front_matter,
    other_file_type."""

    reason: str
