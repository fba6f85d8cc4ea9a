"""A `newsloom.yml` → its configuration; a key or value that is wrong is named, with its line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pipeline.core.catalog import Relation, as_defined
from pipeline.core.configuration import (
    ANY_FIELD,
    CONTRACT,
    FIELDS,
    LIFTED_TYPES,
    TEXT_FIELDS,
    Configuration,
    Labels,
    Lifted,
    Way,
    keys,
)
from pipeline.core.errors import FileRejected, UsageError, unknown
from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.core.records import Path as ValuePath
from pipeline.core.records import Value, dotted, is_in_secured
from pipeline.core.text import clean_text
from pipeline.extract.front_matter.reader import decode
from pipeline.extract.front_matter.yaml_reference import Document, parse_document

NAMES = {
    "fields": FIELDS,
    "columns": (),
    "values": TEXT_FIELDS,
    "values and topics": (*TEXT_FIELDS, "topics"),
    "values, topics and any": (*TEXT_FIELDS, "topics", ANY_FIELD),
}
"""The keys below a section, by what its definition says they are."""

_PLACES = ("path", "folder", "page", "collection", "slug", "date", "year", "month", "day")
_PLACE = re.compile(r"\{.*?\}")
_COLUMN_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_RESERVED = """
    all analyse analyze and anti any array as asc asof asymmetric at authorization binary both
    by case cast check collate collation column concurrently constraint create cross default
    deferrable desc describe distinct do else end except false fetch for foreign freeze from
    full glob group having ilike in initially inner intersect into is isnull join lambda lateral
    leading left like limit natural not notnull null offset on only or order outer overlaps
    pivot pivot_longer pivot_wider placing positional primary qualify references returning right
    select semi show similar some summarize symmetric table tablesample then to trailing true
    union unique unpack unpivot using variadic verbose when where window with
"""
"""Words of SQL that cannot be the name of a column without quotes."""

_DOMAIN = "domain"
_A_DAY = datetime(2001, 2, 3)


def read(data: bytes, path: Path) -> Configuration:
    """Read the content of the file at `path`. Errors: `UsageError`."""
    return _Reader(path, data).configuration()


class _Reader:
    """One file being read. Errors: `UsageError` with file, line, key and the valid choices."""

    def __init__(self, path: Path, data: bytes) -> None:
        self._path = path
        self._kinds: dict[str, Callable[[ValuePath, Value, dict[str, Any]], Any]] = {
            "choices": self._choices,
            "column": self._column,
            "formats": self._formats,
            "labels": self._labels,
            "mapping": self._mapping,
            "text": self._text,
            "texts": self._texts,
            "way": self._way,
            "ways": self._ways,
            "zone": self._zone,
        }
        self._document = self._parsed(data)

    def _parsed(self, data: bytes) -> Document:
        try:
            document = parse_document(decode(data), first_line=1, limits=DEFAULT_LIMITS)
        except FileRejected as rejection:
            problem = rejection.problem
            if problem.code == "empty_front_matter":
                return Document({}, [], {}, 0)
            is_shape = problem.code.endswith("_front_matter")
            message = "keys with their values are expected" if is_shape else problem.message
            raise UsageError(self._place(problem.line) + message) from None
        for problem in document.problems:
            raise UsageError(self._place(problem.line) + problem.message)
        return document

    def _place(self, line: int | None) -> str:
        return f"{self._path}, line {line}: " if line else f"{self._path}: "

    def _refuse(self, key: ValuePath, message: str) -> NoReturn:
        lines = self._document.lines
        line = next(
            (lines[key[:end]] for end in range(len(key), 0, -1) if key[:end] in lines), None
        )
        raise UsageError(f"{self._place(line)}{dotted(key)}: {message}")

    def configuration(self) -> Configuration:
        """Every key that the file has."""
        found: dict[str, Any] = {}
        for name, value in self._document.fields.items():
            self._known((name,), name, keys())
            if value is not None:
                found[name] = self._section((name,), value, keys()[name])
        article, dates = found.get("article", {}), found.get("dates", {})
        return Configuration(
            forms=found.get("forms", CONTRACT.forms),
            marker=article.get("field", CONTRACT.marker),
            marker_values=article.get("values", CONTRACT.marker_values),
            fields=_moved(found.get("fields", CONTRACT.fields)),
            defaults=found.get("defaults", CONTRACT.defaults),
            nulls={**CONTRACT.nulls, **found.get("nulls", {})},
            aliases=found.get("aliases", CONTRACT.aliases),
            date_formats=dates.get("formats", CONTRACT.date_formats),
            date_zone=dates.get("zone", CONTRACT.date_zone),
            topic_separator=found.get("separators", {}).get("topics", CONTRACT.topic_separator),
            day_zone=found.get("days", {}).get("zone", CONTRACT.day_zone),
            lifted=found.get("columns", CONTRACT.lifted),
            labels=found.get("labels"),
        )

    def _section(self, key: ValuePath, value: Value, definition: dict[str, Any]) -> Any:
        """The value of a section, which is one itself or has keys with values."""
        below = definition.get("keys")
        if below is None and "by" not in definition:
            return self._kinds[definition["kind"]](key, value, definition)
        if not isinstance(value, dict):
            self._refuse(key, "it has keys below, each with a value")
        names = below if below is not None else NAMES[definition["by"]]
        found = {}
        for name, inner in value.items():
            if names:
                self._known((*key, name), name, names)
            of = below[name] if below is not None else definition
            if inner is not None or of["kind"] == "ways":
                found[name] = self._kinds[of["kind"]]((*key, name), inner, of)
        return found

    def _known(
        self, key: ValuePath, name: str, names: Collection[str], what: str = "there is no key"
    ) -> None:
        if name not in names:
            self._refuse(key, str(unknown(what, name, names)))

    def _text(self, key: ValuePath, value: Value, _: dict[str, Any]) -> str:
        if not isinstance(value, str):
            self._refuse(key, "one text is expected")
        if key[0] == "defaults":
            names = (*_PLACES, "host") if key[-1] == "provider.domain" else _PLACES
            places = [f"{{{name}}}" for name in names]
            for place in _PLACE.findall(value):
                self._known(key, place, places, "there is no")
        return value

    def _texts(self, key: ValuePath, value: Value, _: dict[str, Any]) -> tuple[str, ...]:
        listed = value if isinstance(value, list) else [value]
        texts = tuple(each for each in listed if isinstance(each, str))
        if len(texts) < len(listed):
            self._refuse(key, "a text or a list of texts is expected; put a null in quotes")
        return texts

    def _choices(self, key: ValuePath, value: Value, definition: dict[str, Any]) -> tuple[str, ...]:
        texts = self._texts(key, value, definition)
        for each in texts:
            self._known(key, each, definition["choices"], "there is no")
        return texts

    def _formats(self, key: ValuePath, value: Value, definition: dict[str, Any]) -> tuple[str, ...]:
        texts = self._texts(key, value, definition)
        for each in texts:
            try:
                day = datetime.strptime(_A_DAY.strftime(each), each)
            except ValueError as error:
                self._refuse(key, f"{each!r} is no format of a date: {error}")
            if day.date() != _A_DAY.date():
                self._refuse(key, f"{each!r} has not the year, month and day of a date")
        return texts

    def _zone(self, key: ValuePath, value: Value, definition: dict[str, Any]) -> str:
        name = self._text(key, value, definition)
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            near = get_close_matches(name, available_timezones(), cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}? " if near else ""
            kind = "zones are called as in the IANA database, such as Europe/Berlin"
            self._refuse(key, f"there is no zone {name!r}; {hint}{kind}")
        return name

    def _way(self, key: ValuePath, value: Value, definition: dict[str, Any]) -> Way:
        way = tuple(self._text(key, value, definition).split("."))
        if not all(way):
            self._refuse(key, "keys joined by dots are expected")
        if is_in_secured(way):
            self._refuse(key, "what is named secured is never read")
        return way

    def _ways(self, key: ValuePath, value: Value, definition: dict[str, Any]) -> tuple[Way, ...]:
        if value is None:
            return ()
        texts = self._texts(key, value, definition)
        return tuple(self._way(key, text, definition) for text in texts)

    def _mapping(self, key: ValuePath, value: Value, definition: dict[str, Any]) -> dict[str, str]:
        if not isinstance(value, dict):
            self._refuse(key, "a value and its alias are expected, such as `{from: to}`")
        return {each: self._text((*key, each), to, definition) for each, to in value.items()}

    def _column(self, key: ValuePath, value: Value, _: dict[str, Any]) -> Lifted:
        name = str(key[-1])
        self._new_column(key, name, as_defined("articles"))
        if not isinstance(value, dict) or "field" not in value:
            self._refuse(key, "`field: …` is expected, and `type` and `meaning` at will")
        for each in value:
            self._known((*key, each), each, ("field", "type", "meaning"))
        texts = {each: self._text((*key, each), value[each], {}) for each in value}
        column_type = texts.get("type", "VARCHAR")
        self._known((*key, "type"), column_type, LIFTED_TYPES, "there is no type")
        way = self._way((*key, "field"), texts["field"], {})
        return Lifted(way, column_type, texts.get("meaning", ""))

    def _new_column(self, key: ValuePath, name: str, relation: Relation) -> None:
        if not _COLUMN_NAME.fullmatch(name):
            self._refuse(key, f"{name!r} is no name of a column: small letters, digits and _")
        if name in _RESERVED.split():
            self._refuse(key, f"{name!r} is a word of SQL, so no column is called so")
        if name in relation.column_names:
            self._refuse(key, f"{relation.name} has a column {name} already")

    def _labels(self, key: ValuePath, value: Value, _: dict[str, Any]) -> Labels:
        path = self._path.parent / self._text(key, value, {})
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = [row for row in csv.reader(file, strict=True) if row]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            self._refuse(key, f"{path} cannot be read: {getattr(error, 'strerror', '') or error}")
        names, *others = rows or [[]]
        if _DOMAIN not in names or len(names) != len({*names}):
            self._refuse(key, f"{path}, line 1: one column `{_DOMAIN}` is expected, no name twice")
        columns = [name for name in names if name != _DOMAIN]
        for name in columns:
            self._new_column(key, name, as_defined("providers"))
        labels: dict[str, tuple[str, ...]] = {}
        for number, row in enumerate(others, start=2):
            if len(row) != len(names):
                self._refuse(
                    key, f"{path}, row {number}: {len(row)} values for {len(names)} columns"
                )
            texts = {name: clean_text(text) or "" for name, text in zip(names, row, strict=True)}
            domain = texts[_DOMAIN].lower()
            if domain in labels:
                self._refuse(key, f"{path}, row {number}: {domain} is there twice")
            labels[domain] = tuple(texts[name] for name in columns)
        return Labels(path.name, tuple(columns), labels)


def _moved(fields: Mapping[str, tuple[Way, ...]]) -> dict[str, tuple[Way, ...]]:
    """The fields that are not where the contract has them."""
    return {name: ways for name, ways in fields.items() if ways != (tuple(name.split(".")),)}
