"""Values of records as a configuration says: what means none, aliases, dates, defaults.

Texts only become other texts, so that they are cast as those of the contract are. What is no date
in any of the formats stays as it is written: the cast refuses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.columnar import (
    ColumnarFiles,
    ColumnarRecords,
    ListItems,
    Spans,
    as_numbers,
    texts_at,
)
from pipeline.core.configuration import CONTRACT, DATES, Configuration
from pipeline.core.records import texts_of, value_at
from pipeline.core.urls import clean_url, host_of
from pipeline.transform.columns import as_mask
from pipeline.transform.configured_dates import iso_date
from pipeline.transform.placeholders import filled, has_placeholders, placeholders

_ADDRESSES = ("webUrl", "originalUrl")
_DOMAIN = "provider.domain"
_URL = "url"


def with_values(
    files: ColumnarFiles, source_paths: Sequence[str], configuration: Configuration
) -> ColumnarFiles:
    """Give the records and related items of files the values that a configuration says; records
    that it does not mark as articles lose their category."""
    if configuration == CONTRACT:
        return files
    records, items = (_Values(each, configuration) for each in (files.records, files.items))
    records.fill([source_paths[file] for file in files.files.tolist()])
    if not files.sources:  # those read one by one are marked
        records.unmark()
    return replace(files, records=records.records(), items=items.records())


class _Values:
    """The values of records of one kind: of each field its texts, null where there is none."""

    def __init__(self, records: ColumnarRecords, configuration: Configuration) -> None:
        self._records = records
        self._configuration = configuration
        self._texts = {
            name: self._configured(name, self._as_written(spans))
            for name, spans in records.fields.items()
        }

    def _as_written(self, spans: Spans) -> pa.Array:
        return texts_at(self._records.data, spans.start, spans.end)

    def _configured(self, name: str, texts: pa.Array) -> pa.Array:
        """The texts of a field, without those that mean none; by their aliases; as ISO 8601."""
        wanted, trimmed = self._configuration, pc.utf8_trim_whitespace(texts)
        if nulls := wanted.nulls_of(name):
            texts = pc.if_else(pc.is_in(trimmed, pa.array(nulls)), None, texts)
        if aliases := wanted.aliases.get(name):
            number = pc.index_in(trimmed, pa.array([*aliases]))
            texts = pc.coalesce(pa.array([*aliases.values()]).take(number), texts)
        if name in DATES and (wanted.date_formats or wanted.date_zone != "UTC"):
            distinct = texts.dictionary_encode()
            given = (wanted.date_formats, wanted.date_zone)
            dates = [iso_date(each, *given) for each in distinct.dictionary.to_pylist()]
            texts = pa.array(dates, pa.string()).take(distinct.indices)
        return texts

    def fill(self, source_paths: Sequence[str]) -> None:
        """Give the fields that have a default this value where they have none."""
        defaults = self._configuration.defaults
        for name in sorted(defaults, key=lambda name: name == _DOMAIN):  # it may need the address
            texts = self._texts[name]
            is_empty = as_mask(pc.equal(pc.utf8_trim_whitespace(pc.fill_null(texts, "")), ""))
            rows = np.flatnonzero(is_empty).tolist()
            found = [self._default(defaults[name], row, source_paths[row]) for row in rows]
            if rows:
                values = pa.array(found, pa.string())
                if has_placeholders(defaults[name]):
                    values = self._configured(name, values)
                self._texts[name] = pc.replace_with_mask(texts, pa.array(is_empty), values)

    def _default(self, template: str, row: int, source_path: str) -> str | None:
        """A default with its placeholders replaced; None where one of them has no value."""
        if not has_placeholders(template):
            return template
        values = placeholders(source_path)
        if "{host}" in template:
            addresses = (self._texts[name][row].as_py() for name in _ADDRESSES)
            address = next(filter(None, map(clean_url, filter(None, addresses))), None)
            values["host"] = host_of(address)[0] if address else None
        return filled(template, values)

    def unmark(self) -> None:
        """Take the category of records that are not marked as articles."""
        wanted, records = self._configuration, self._records
        field = wanted.column_of(wanted.marker)
        if field is None:
            extra = (records.extra.get(row, {}) for row in range(len(records.is_read)))
            marks = [texts_of(value_at(each, wanted.marker)) for each in extra]
        else:
            texts = self._as_written(records.fields[field]).to_pylist()
            marks = [[text] if text else [] for text in texts]
        is_marked = pa.array([wanted.is_marked(each) for each in marks], pa.bool_())
        self._texts["category"] = pc.if_else(is_marked, self._texts["category"], None)

    def records(self) -> ColumnarRecords:
        """The records with these values, which stand at the end of the text where they are new."""
        text = _Text(self._records)
        fields = {
            name: text.spans(spans, self._texts[name])
            for name, spans in self._records.fields.items()
        }
        lists = {name: self._list(each, text) for name, each in self._records.lists.items()}
        whole = b"".join(text.parts)
        return replace(
            self._records, text=whole, data=as_numbers(whole), fields=fields, lists=lists
        )

    def _list(self, items: ListItems, text: _Text) -> ListItems:
        """A list whose items, all but the addresses of images, have their configured values."""
        fields = {}
        for name, spans in items.fields.items():
            of = "topics" if name == "topic" else name
            texts = self._as_written(spans)
            fields[name] = spans if name == _URL else text.spans(spans, self._configured(of, texts))
        return replace(items, fields=fields)


class _Text:
    """The text of records, and what is added to it."""

    def __init__(self, records: ColumnarRecords) -> None:
        self._data = records.data
        self._size = len(records.text)
        self.parts = [records.text]

    def spans(self, spans: Spans, texts: pa.Array) -> Spans:
        """Where these texts stand: those that are no longer what they were are added, each once."""
        former = texts_at(self._data, spans.start, spans.end)
        same = pc.equal(pc.fill_null(former, ""), pc.fill_null(texts, ""))
        changed = np.flatnonzero(~as_mask(same))
        if not len(changed):
            return spans
        distinct = texts.take(pa.array(changed)).fill_null("").dictionary_encode()
        values = [each.encode() for each in distinct.dictionary.to_pylist()]
        sizes = np.fromiter(map(len, values), np.int64, len(values))
        ends = self._size + np.cumsum(sizes)
        self.parts += values
        self._size += int(sizes.sum())
        number = distinct.indices.to_numpy()
        start, end, unclean = spans.start.copy(), spans.end.copy(), spans.unclean.copy()
        start[changed], end[changed] = (ends - sizes)[number], ends[number]
        unclean[changed] = True
        return Spans(start, end, unclean)
