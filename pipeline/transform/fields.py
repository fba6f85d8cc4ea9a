"""The fields of one mapping being cast: a bad field costs the field and leaves a finding."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from pipeline.core.records import Path, Value
from pipeline.core.secured_field import is_secured
from pipeline.transform.casts import (
    BadValue,
    evidence,
    to_boolean,
    to_integer,
    to_short_text,
    to_text,
    to_timestamp,
    to_url,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before its file is known; `path` leads to the value within what is cast."""

    code: str
    path: Path
    raw_value: str | None
    message: str


class Fields:
    """One mapping, cast field by field; what cannot be used goes to `findings`."""

    __slots__ = ("_mapping", "findings", "path")

    def __init__(self, mapping: dict[str, Value], findings: list[Finding], path: Path = ()) -> None:
        self._mapping = mapping
        self.findings = findings
        self.path = path

    def note(self, code: str, key: str | int, value: Value, message: str) -> None:
        """Add a finding about the value under `key`."""
        self.findings.append(Finding(code, (*self.path, key), evidence(value), message))

    def _cast(self, key: str, cast: Callable[[Value], T | None]) -> T | None:
        value = self._mapping.get(key)
        if value is None:
            return None
        try:
            return cast(value)
        except BadValue as bad:
            self.note(bad.code, key, value, bad.message)
            return None

    def text(self, key: str) -> str | None:
        """Clean text or None."""
        return self._cast(key, to_text)

    def short_text(self, key: str, longest: int) -> str | None:
        """Clean text of at most `longest` characters or None."""
        return self._cast(key, lambda value: to_short_text(value, longest))

    def url(self, key: str) -> str | None:
        """A URL as observed or None."""
        return self._cast(key, to_url)

    def integer(self, key: str) -> int | None:
        """A 32-bit integer or None."""
        return self._cast(key, to_integer)

    def boolean(self, key: str) -> bool | None:
        """True, False or None."""
        return self._cast(key, to_boolean)

    def timestamp(self, key: str) -> int | None:
        """Seconds since 1970 in UTC or None."""
        return self._cast(key, to_timestamp)

    def list(self, key: str) -> list[Value]:
        """The items under `key`; nothing where it is absent or no list."""
        value = self._mapping.get(key)
        if value is None or value == "":
            return []
        if not isinstance(value, list):
            self.note("invalid_list", key, value, "not a list; the field is dropped")
            return []
        return value

    def mapping(self, key: str) -> Fields:
        """The mapping under `key`; an empty one where it is absent or none."""
        value = self._mapping.get(key)
        if not isinstance(value, dict):
            if value is not None and value != "":
                self.note("invalid_mapping", key, value, "not a mapping; the value is dropped")
            value = {}
        return Fields(value, self.findings, (*self.path, key))

    def has(self, key: str) -> bool:
        """Whether the field holds anything: no null, no blank text, no empty list or mapping."""
        value = self._mapping.get(key)
        return bool(value.strip()) if isinstance(value, str) else bool(value)

    def unknown(
        self, known: Collection[str], nested: dict[str, dict[str, Value]]
    ) -> dict[str, Value]:
        """The fields not among `known`, as written, and what is not empty of `nested`, the unknown
        fields within known ones; never `secured`."""
        unknown = {
            key: value
            for key, value in self._mapping.items()
            if key not in known and not is_secured(key)
        }
        unknown.update((key, inner) for key, inner in nested.items() if inner)
        return unknown
