"""How the records of an archive are read where they are not those of the contract.

Plain values, which go with the limits wherever files are parsed. What can be configured is defined
once, in `configuration_keys.yml`: the check of a `newsloom.yml`, `newsloom init` and
`docs/configuration.md` follow from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from pipeline.core.definition_file import read_definitions
from pipeline.core.text import clean_text

Way: TypeAlias = tuple[str, ...]
"""The keys that lead to a value of a record, from its top."""

TEXT_FIELDS = (
    *("category", "title", "excerpt", "publishedDateTime", "updatedDateTime", "webUrl"),
    *("originalUrl", "ampWebUrl", "cdnAmpWebUrl", "type", "quality", "heat", "published"),
    *("removed", "featuredContent", "provider.name", "provider.domain"),
)
"""The fields of the contract that are one value each."""

FIELDS = (*TEXT_FIELDS, "topics", "images", "images.url", "related", "body")
"""All fields that can lie elsewhere in a record than the contract says. `images` are mappings,
`images.url` are addresses alone; a record has the one or the other."""

LIFTED_TYPES = ("VARCHAR", "BOOLEAN", "INTEGER", "DOUBLE", "DATE", "TIMESTAMP")
DATES = ("publishedDateTime", "updatedDateTime")
ANY_FIELD = "any"

JSON, JSON_LINES = "json", "json_lines"
_IN_COLUMNS = {"images.url": "images"}
_NO_TEXTS = frozenset(("provider", "topics", "images", "related"))
_READ_ALONE = ("provider.name", "provider.domain", "related", "body")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
_TELL_OF = {
    "has_amp": ("ampWebUrl", "cdnAmpWebUrl"),
    "has_featured_content": ("featuredContent",),
    "image_count": ("images", "images.url"),
    "related_count": ("related",),
    "topic_count": ("topics",),
}
_NUMBER = re.compile(r"#[0-9]+$")
_NUMBERS = re.compile(r"(#[0-9]+)+$")
_JSON_FORMS = frozenset((JSON, JSON_LINES))
_ENDINGS = {".json": JSON, ".jsonl": JSON_LINES, ".ndjson": JSON_LINES}


@dataclass(frozen=True, slots=True)
class Lifted:
    """A column of `articles` made of a field that has none otherwise."""

    way: Way
    type: str = "VARCHAR"
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """What is said of outlets: the names of the columns, and by domain the texts in them."""

    source: str
    columns: tuple[str, ...]
    rows: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a `newsloom.yml` says; without any key, the contract.

    `fields` gives the ways to a field, of which the first that leads to a value counts, or none
    where no record has the field; fields that are not in it are where the contract has them.
    """

    forms: tuple[str, ...] = ("yaml", "page")
    marker: Way = ("category",)
    marker_values: tuple[str, ...] = ()
    fields: Mapping[str, tuple[Way, ...]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    nulls: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"heat": ("-1",)})
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    date_zone: str = "UTC"
    topic_separator: str = ""
    day_zone: str = "UTC"
    lifted: Mapping[str, Lifted] = field(default_factory=dict)
    labels: Labels | None = None

    @property
    def has_names(self) -> bool:
        """Whether any field has another name than in the contract, or another shape."""
        return bool(self.fields or self.topic_separator)

    @property
    def columns(self) -> dict[str, str] | None:
        """The fields on top of a record, by the keys they have there; None where some field can
        only be found in a record that is read by itself."""
        ways = {field: each for field, each in self.fields.items() if each}
        found = {way[0]: _IN_COLUMNS.get(field, field) for field, (way, *_) in ways.items()}
        is_plain = all(
            len(each) == len(each[0]) == 1 and _PLAIN_KEY.fullmatch(each[0][0])
            for each in ways.values()
        )
        is_apart = len(found) == len(ways) and not any(each in ways for each in _READ_ALONE)
        is_marked_so = self.marker[0] not in (
            *_NO_TEXTS,
            *(k for k in found if found[k] in _NO_TEXTS),
        )
        return found if is_plain and is_apart and is_marked_so else None

    @property
    def lacking_columns(self) -> tuple[str, ...]:
        """The columns of `articles` that count or mark what the archive lacks."""
        return tuple(name for name, fields in _TELL_OF.items() if self.lacks(*fields))

    def lacks(self, *fields: str) -> bool:
        """Whether the archive has none of these fields."""
        return not any(self.fields.get(each, each not in _IN_COLUMNS) for each in fields)

    def column_of(self, way: Way) -> str | None:
        """The field whose column has the texts at the end of a way; None where `extra` has them."""
        if len(way) > 1:
            return None
        here = way[0] if way[0] in TEXT_FIELDS and way[0] not in self.fields else None
        return (self.columns or {}).get(way[0], here)

    def is_marked(self, texts: Iterable[str]) -> bool:
        """Whether a record with these texts at the end of the way `marker` is an article."""
        marks = {clean_text(text) for text in texts} - {None}
        return bool(marks & {*self.marker_values} if self.marker_values else marks)

    def nulls_of(self, name: str) -> tuple[str, ...]:
        """The texts which mean that the field of that name has no value."""
        return (*self.nulls.get(ANY_FIELD, ()), *self.nulls.get(name, ()))

    def is_null(self, name: str, text: str) -> bool:
        """Whether a text means that the field of that name has no value."""
        return text.strip() in self.nulls_of(name)

    def form_of(self, source_path: str) -> str | None:
        """`json` or `json_lines` where a file of that name is read so; None for any other."""
        if not _JSON_FORMS & {*self.forms}:
            return None
        name = source_path.rpartition("/")[2].lower()
        form = _ENDINGS.get(name[name.rfind(".") :])
        return form if form in self.forms else None

    def is_record(self, source_path: str) -> bool:
        """Whether a name is one that a record of a JSON file has."""
        name = _NUMBERS.sub("", source_path)
        return name != source_path and self.form_of(name) is not None

    def is_json(self, source_path: str) -> bool:
        """Whether a file of that name, or one of its records, is read as JSON."""
        return self.form_of(_NUMBER.sub("", source_path)) is not None


CONTRACT = Configuration()


@cache
def keys() -> dict[str, Any]:
    """What can be configured, by section, in the order of the documentation."""
    found: dict[str, Any] = read_definitions(Path(__file__).with_name("configuration_keys.yml"))
    return found
