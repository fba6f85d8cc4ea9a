"""Records that were read one by one → the same columns as those of records read all at once.

What has the wrong shape, a list where a text belongs or an item that is no mapping, is left out,
and is a finding; so are topics beyond the limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from pipeline.core.columnar import ColumnarFiles, ColumnarRecords, ListItems, Spans, as_numbers
from pipeline.core.limits import Limits
from pipeline.core.records import Finding, FrontMatter, Path, Value, evidence
from pipeline.core.secured_field import is_secured
from pipeline.core.urls import clean_url
from pipeline.extract.columnar.records import IMAGE, ITEM, RECORD, Shape

_OF_ANY_SHAPE = ("featuredContent", "secured")
"""Fields of which only is asked whether they hold anything."""

_Row = tuple[int, int, dict[str, str]]
"""An item of a list: the number of its record, its 1-based position, its texts by name."""


def known_fields(shape: Shape) -> frozenset[str]:
    """Name the fields on top of a document that are not kept as `extra`."""
    lists = ("topics", "related") if shape.has_topics else ()
    return frozenset((*shape.values, "provider", "images", *lists))


class _Fields:
    """One mapping, at `path` in the record of that number."""

    def __init__(
        self, fields: dict[str, Value], record: int, path: Path, findings: list[Finding]
    ) -> None:
        self._fields = fields
        self._record = record
        self._path = path
        self._findings = findings

    def note(self, code: str, way: Path, value: Value, message: str) -> None:
        """Add a finding about the value at the end of `way`."""
        path = (*self._path, *way)
        self._findings.append(Finding(self._record, path, code, evidence(value), message))

    def texts(self, names: Iterable[str]) -> dict[str, str]:
        """Take the texts under these names as written; what is absent or no text is left out."""
        texts: dict[str, str] = {}
        for name in names:
            value = self._fields.get(name)
            if isinstance(value, str):
                texts[name] = value
            elif value and name in _OF_ANY_SHAPE:
                texts[name] = "present"
            elif value is not None and name not in _OF_ANY_SHAPE:
                shape = "list" if isinstance(value, list) else "mapping"
                message = f"a {shape} stands where one value is expected"
                self.note("invalid_text", (name,), value, message)
        return texts

    def list(self, key: str) -> list[Value]:
        """Take the items under `key`; none where it is absent or no list."""
        value = self._fields.get(key)
        if isinstance(value, list):
            return value
        if value is not None and value != "":
            self.note("invalid_list", (key,), value, "not a list; the field is dropped")
        return []

    def mapping(self, key: str) -> _Fields:
        """Take the mapping under `key`; an empty one where it is absent or none."""
        value = self._fields.get(key)
        if not isinstance(value, dict):
            if value is not None and value != "":
                self.note("invalid_mapping", (key,), value, "not a mapping; the value is dropped")
            value = {}
        return _Fields(value, self._record, (*self._path, key), self._findings)

    def mappings(self, key: str, noun: str) -> Iterator[tuple[int, _Fields]]:
        """Take the items under `key` that are mappings, with their 1-based positions."""
        for index, item in enumerate(self.list(key)):
            if isinstance(item, dict):
                path = (*self._path, key, index)
                yield index + 1, _Fields(item, self._record, path, self._findings)
            elif item is not None:
                message = f"{noun} is a mapping; it is dropped"
                self.note("invalid_item", (key, index), item, message)

    def images(self) -> Iterator[tuple[int, _Fields, dict[str, str]]]:
        """Take the images that have a url: position, fields, texts."""
        for position, image in self.mappings("images", "an image"):
            if clean_url(image.texts(("url",)).get("url", "")):
                yield position, image, image.texts(IMAGE)
            else:
                message = "an image without url is dropped"
                image.note("image_without_url", (), image._fields, message)

    def topics(self, most: int) -> Iterator[tuple[int, str]]:
        """Take the first `most` topics, each with its 1-based position."""
        topics = self.list("topics")
        if len(topics) > most:
            message = f"{len(topics):,} topics; those beyond {most:,} are dropped"
            self.note("too_many_topics", ("topics", most), topics[most], message)
        for index, topic in enumerate(topics[:most]):
            if isinstance(topic, str):
                yield index + 1, topic
            elif topic is not None:
                message = "a topic is one text; it is dropped"
                self.note("invalid_item", ("topics", index), topic, message)

    def unknown(
        self, known: Iterable[str], nested: Mapping[str, dict[str, Value]]
    ) -> dict[str, Value]:
        """The fields not among `known`, as written, and what is not empty of `nested`, the unknown
        fields within known ones; never `secured`."""
        unknown = {
            key: value
            for key, value in self._fields.items()
            if key not in known and not is_secured(key)
        }
        return unknown | {key: inner for key, inner in nested.items() if inner}


def _both(value: Value, other: Value) -> Value:
    """Two mappings as one; else the other value."""
    return value | other if isinstance(value, dict) and isinstance(other, dict) else other


class _Text:
    """The text of all values of some documents."""

    def __init__(self) -> None:
        self.values: list[bytes] = []
        self._size = 0

    def spans(self, rows: Iterable[Mapping[str, str]], name: str) -> Spans:
        """Append the value that each row has under a name; say where they stand."""
        values = [row.get(name, "").encode() for row in rows]
        sizes = np.fromiter(map(len, values), np.int64, len(values))
        end = self._size + np.cumsum(sizes)
        self.values += values
        self._size += int(sizes.sum())
        return Spans(end - sizes, end, sizes > 0)


class _Documents:
    """Documents of one shape, growing; texts are kept by the dotted names of their fields."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._known = known_fields(shape)
        self._lists: dict[str, list[_Row]] = {"images": [], "provider.images": [], "topics": []}
        self._extra: dict[int, dict[str, Value]] = {}
        self.rows: list[dict[str, str]] = []

    def add(
        self, fields: _Fields, most_topics: int = 0, unmapped: Mapping[str, Value] | None = None
    ) -> None:
        """Add one document; `unmapped` are fields that are unknown whatever they are called."""
        shape, number = self._shape, len(self.rows)
        provider, known = fields.mapping("provider"), (*shape.provider,)
        texts = {f"provider.{name}": text for name, text in provider.texts(known).items()}
        self.rows.append(fields.texts(shape.values) | texts)
        nested = {}
        if shape.has_topics:
            topics = fields.topics(most_topics)
            self._lists["topics"] += [(number, at, {"topic": topic}) for at, topic in topics]
            nested["images"] = self._add_images("provider.images", provider)
            known = (*known, "images")
        extra = fields.unknown(
            self._known,
            {
                "provider": provider.unknown(known, nested),
                "images": self._add_images("images", fields),
            },
        )
        for key, value in (unmapped or {}).items():
            if not is_secured(key):
                extra[key] = _both(extra.get(key), value)
        if extra:
            self._extra[number] = extra

    def _add_images(self, name: str, owner: _Fields) -> dict[str, Value]:
        """Add the images of an owner to a list; their unknown fields by position."""
        extra: dict[str, Value] = {}
        for position, image, texts in owner.images():
            self._lists[name].append((len(self.rows) - 1, position, texts))
            unknown = image.unknown(IMAGE, {})
            if unknown:
                extra[str(position)] = unknown
        return extra

    def records(self) -> ColumnarRecords:
        """Turn all documents into columns."""
        text = _Text()
        names = [*self._shape.values, *(f"provider.{name}" for name in self._shape.provider)]
        fields = {name: text.spans(self.rows, name) for name in names}
        lists = {}
        for name, rows in self._lists.items():
            columns = ("topic",) if name == "topics" else IMAGE
            spans = {each: text.spans((row[2] for row in rows), each) for each in columns}
            lists[name] = list_items(rows, spans)
        joined = b"".join(text.values)
        is_read = np.ones(len(self.rows), np.bool_)
        return ColumnarRecords(joined, as_numbers(joined), is_read, fields, lists, self._extra)


def list_items(rows: Sequence[tuple[int, int, object]], fields: dict[str, Spans]) -> ListItems:
    """Make items of lists from the record and the position of each."""
    record, position = (np.array([row[at] for row in rows], np.int64) for at in (0, 1))
    return ListItems(record, position, fields)


def as_columns(records: Mapping[int, FrontMatter], limits: Limits) -> ColumnarFiles:
    """Turn records, by the number of their file, into columns; no related item is shared."""
    findings: list[Finding] = []
    heads, items = _Documents(RECORD), _Documents(ITEM)
    mentions: list[tuple[int, int, None]] = []
    for number, record in enumerate(records.values()):
        fields = _Fields(record.fields, number, (), findings)
        heads.add(fields, limits.max_topics, record.unmapped)
        for position, item in fields.mappings("related", "a related item"):
            mentions.append((number, position, None))
            items.add(item)
    return ColumnarFiles(
        np.array([*records], np.int64),
        heads.records(),
        [record.body for record in records.values()],
        items.records(),
        list_items(mentions, {}),
        np.arange(len(mentions)),
        [*records.values()],
        findings,
    )
