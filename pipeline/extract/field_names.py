"""The fields of a record, wherever they stand in it → the fields of the contract.

What is named nowhere, and what a way leads past, is kept as it is written.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.core.configuration import Configuration, Way
from pipeline.core.records import FrontMatter, Value, texts_of, value_at
from pipeline.extract.columnar.records import RECORD
from pipeline.extract.front_matter.columns import known_fields

_TOP = known_fields(RECORD)
_PARAGRAPHS = "\n\n"


def renamed(record: FrontMatter, configuration: Configuration) -> FrontMatter:
    """Give the fields of a record the names and shapes of the contract."""
    if not configuration.has_names:
        return record
    names = _Names(record, configuration)
    for field in configuration.fields:
        names.take(field)
    return names.record()


class _Names:
    """One record, field by field."""

    def __init__(self, record: FrontMatter, configuration: Configuration) -> None:
        self._record = record
        self._ways = configuration.fields
        self._separator = configuration.topic_separator
        moved = {field.partition(".")[0] for field in self._ways}
        self._fields = {k: v for k, v in record.fields.items() if k in _TOP and k not in moved}
        self._others = {k: v for k, v in record.fields.items() if k not in self._fields}
        self._body = record.body
        self._written: dict[str, Way] = {}
        self._keep_provider()

    def _keep_provider(self) -> None:
        """Let what is not moved of a provider stay where it is."""
        provider = self._others.get("provider")
        if isinstance(provider, dict):
            moved = [name for name in ("name", "domain") if f"provider.{name}" in self._ways]
            self._fields["provider"] = {k: v for k, v in provider.items() if k not in moved}
            self._others.pop("provider")
            if left := {k: v for k, v in provider.items() if k in moved}:
                self._others["provider"] = left

    def take(self, field: str) -> None:
        """Take a field from the first of its ways that leads to a value."""
        ways = self._ways[field]
        for way in ways:
            value = value_at(self._record.fields, way)
            self._others = _without(self._others, way)
            if value not in (None, "", []):
                self._put(field, value)
                break
        else:
            way = ways[0] if ways else (field,)
        self._written[field] = way

    def _put(self, field: str, value: Value) -> None:
        if field == "body":
            self._body = _PARAGRAPHS.join(texts_of(value))
        elif field == "images.url":
            listed = value if isinstance(value, list) else [value]
            self._fields["images"] = [
                {"url": each} if isinstance(each, str) else each for each in listed
            ]
        elif field in ("topics", "images", "related"):
            self._fields[field] = value
        else:
            texts = texts_of(value) if isinstance(value, list) else []
            self._put_text(field, texts[0] if texts else value)

    def _put_text(self, field: str, value: Value) -> None:
        top, _, name = field.partition(".")
        if not name:
            self._fields[top] = value
            return
        provider = self._fields.setdefault(top, {})
        if isinstance(provider, dict):
            provider[name] = value

    def record(self) -> FrontMatter:
        """The record with the fields taken."""
        topics = self._fields.get("topics")
        if self._separator and isinstance(topics, str):
            self._fields["topics"] = [*topics.split(self._separator)]
        return replace(
            self._record,
            fields=self._fields,
            body=self._body,
            written=self._written,
            unmapped=self._others,
        )


def _without(fields: dict[str, Value], way: Way) -> dict[str, Value]:
    """The fields without the one at the end of a way, nor a mapping that held nothing else; a list
    on the way stays as it is."""
    key, rest = way[0], way[1:]
    inner = fields.get(key)
    kept = {each: value for each, value in fields.items() if each != key}
    if not rest:
        return kept
    if not isinstance(inner, dict):
        return fields
    left = _without(inner, rest)
    return kept | {key: left} if left or not inner else kept
