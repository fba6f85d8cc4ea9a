"""Casts of whole columns, each the same as that of `transform.casts` value by value.

What is written as almost all values are is cast by arithmetic on its bytes; every other value goes
through the cast of single values, and where that refuses it the record is named in `refused`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.columnar import BELOW, Bytes, ColumnarRecords, Ints, Mask, Spans, words_of
from pipeline.core.text import clean_text
from pipeline.core.urls import canonical_url, clean_url, host_of
from pipeline.transform.casts import BadValue, to_boolean, to_integer, to_timestamp

_INLINE = 12
"""A view of a text that is no longer holds the text itself, else where it is found."""

_TRUE, _FALSE = int.from_bytes(b"true", "little"), int.from_bytes(b"false", "little")
_DIGITS = 7
_PLAIN_HOST = r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}"
_SEGMENT = r"/[A-Za-z0-9_~-]*(?:\.[A-Za-z0-9_~-]+)*"
_CANONICAL = rf"^{_PLAIN_HOST}(?:{_SEGMENT})+$"
"""URLs that are canonical as they stand; a segment of dots alone is none of theirs."""

_HOST = r"^https?://(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})/"
_TIME = b"dddd-dd-ddTdd:dd:ddZ"
_TIME_DIGITS = np.array([index for index, kind in enumerate(_TIME) if kind == ord("d")])
_TIME_SIGNS = np.array([index for index, kind in enumerate(_TIME) if kind != ord("d")])
_YEARS = (1679, 2260)
"""Years all of whose moments are in range."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers: the value of each record, and which records have one."""

    value: Ints
    there: Mask

    def array(self, data_type: pa.DataType) -> pa.Array:
        """The same as an Arrow array."""
        if pa.types.is_timestamp(data_type):
            seconds = pa.array(self.value, pa.int64(), mask=~self.there)
            return seconds.cast(pa.timestamp("s")).cast(data_type)
        return pa.array(self.value.astype(data_type.to_pandas_dtype()), data_type, mask=~self.there)


class Columns:
    """The columns of records; `refused` names the records in which a value cannot be cast."""

    def __init__(self, records: ColumnarRecords, count: int) -> None:
        self._text = records.text
        self._data = records.data
        self._words = words_of(records.data)
        self._buffer = pa.py_buffer(records.data)
        self.refused = np.zeros(count, np.bool_)

    def texts(self, spans: Spans) -> pa.Array:
        """Clean texts; null where there is none."""
        return self._cleaned(spans, clean_text)

    def short_texts(self, spans: Spans, longest: int) -> pa.Array:
        """Clean texts; one of more characters is refused."""
        texts = self.texts(spans)
        self.refused |= _as_mask(pc.greater(pc.utf8_length(texts), longest))
        return texts

    def urls(self, spans: Spans) -> pa.Array:
        """URLs as observed; null where there is none."""
        return self._cleaned(spans, clean_url)

    def _cleaned(self, spans: Spans, clean: Callable[[str], str | None]) -> pa.Array:
        texts = self._as_written(spans)
        unclean = np.flatnonzero(spans.unclean & (spans.end > spans.start))
        if len(unclean) == 0:
            return texts
        cleaned = [clean(self._value(spans, row)) for row in unclean.tolist()]
        mask = np.zeros(len(texts), np.bool_)
        mask[unclean] = True
        return pc.replace_with_mask(texts, mask, pa.array(cleaned, pa.string()))

    def present(self, spans: Spans) -> Mask:
        """Which records have more than blanks there."""
        there = spans.end > spans.start
        for row in np.flatnonzero(there & spans.unclean).tolist():
            there[row] = bool(self._value(spans, row).strip())
        return there

    def _value(self, spans: Spans, row: int) -> str:
        return self._text[spans.start[row] : spans.end[row]].decode()

    def _as_written(self, spans: Spans) -> pa.Array:
        """The texts as they stand, brought together from where they are."""
        size = spans.size
        first, second = self._words[spans.start], self._words[spans.start + 8]
        first = first & BELOW[np.minimum(size, 8)]
        second = second & BELOW[np.clip(size - 8, 0, 8)]
        inline = size <= _INLINE
        half = np.uint64(32)
        views = np.empty((len(size), 2), np.uint64)
        views[:, 0] = size.astype(np.uint64) | (first << half)
        elsewhere = spans.start.astype(np.uint64) << half
        views[:, 1] = np.where(inline, (first >> half) | (second << half), elsewhere)
        there = pa.py_buffer(np.packbits(size > 0, bitorder="little"))
        buffers = [there, pa.py_buffer(views), self._buffer]
        return pa.Array.from_buffers(pa.string_view(), len(size), buffers).cast(pa.string())

    def _each(
        self, spans: Spans, fast: Mask, value: Ints, cast: Callable[[str], int | bool | None]
    ) -> Numbers:
        """Cast one by one what is there and not `fast`."""
        there = spans.end > spans.start
        for row in np.flatnonzero(there & ~fast).tolist():
            try:
                found = cast(self._value(spans, row))
            except BadValue:
                self.refused[row] = True
                found = None
            there[row] = found is not None
            value[row] = found or 0
        return Numbers(value, there)

    def integers(self, spans: Spans) -> Numbers:
        """Whole numbers in 32 bits."""
        word, size = self._words[spans.start], spans.size
        negative = self._data[spans.start] == ord("-")
        digits = size - negative
        fast = (digits > 0) & (digits <= _DIGITS)
        value = np.zeros(len(size), np.int64)
        for index in range(8):
            byte = ((word >> np.uint64(8 * index)) & np.uint64(255)).astype(np.int64)
            within = (index >= negative) & (index < size)
            digit = byte - ord("0")
            fast &= ~within | ((digit >= 0) & (digit <= 9))
            value = np.where(within, value * 10 + digit, value)
        return self._each(spans, fast, np.where(negative, -value, value), to_integer)

    def booleans(self, spans: Spans) -> Numbers:
        """1 for true and 0 for false."""
        word, size = self._words[spans.start], spans.size
        is_true = (size == 4) & (word & BELOW[4] == _TRUE)
        is_false = (size == 5) & (word & BELOW[5] == _FALSE)
        return self._each(spans, is_true | is_false, is_true.astype(np.int64), to_boolean)

    def timestamps(self, spans: Spans) -> Numbers:
        """Seconds since 1970 in UTC."""
        value = np.zeros(len(spans.start), np.int64)
        fast = spans.size == len(_TIME)
        rows = np.flatnonzero(fast)
        seconds, exists = _seconds(self._data[spans.start[rows, None] + np.arange(len(_TIME))])
        fast[rows] = exists
        value[rows] = np.where(exists, seconds, 0)
        return self._each(spans, fast, value, to_timestamp)


def _seconds(written: Bytes) -> tuple[Ints, Mask]:
    """Times as twenty bytes each → seconds since 1970, and which are moments in range."""
    signs = np.frombuffer(_TIME, np.uint8)[_TIME_SIGNS]
    exists = (written[:, _TIME_SIGNS] == signs).all(axis=1)
    digits = written[:, _TIME_DIGITS].astype(np.int64) - ord("0")
    exists &= ((digits >= 0) & (digits <= 9)).all(axis=1)
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    month, day, hour, minute, second = (digits[:, 4::2] * 10 + digits[:, 5::2]).T
    exists &= (year >= _YEARS[0]) & (year <= _YEARS[1]) & (month >= 1) & (month <= 12)
    exists &= (day >= 1) & (hour < 24) & (minute < 60) & (second < 60)
    months = np.where(exists, (year - 1970) * 12 + month - 1, 0)
    first = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
    following = (months + 1).astype("M8[M]").astype("M8[D]").astype(np.int64)
    exists &= day <= following - first
    return ((first + day - 1) * 24 + hour) * 3600 + minute * 60 + second, exists


def _replaced(found: pa.Array, missing: Mask, values: Sequence[str | None]) -> pa.Array:
    if not values:
        return found
    return pc.replace_with_mask(found, missing, pa.array(values, found.type))


def canonical(urls: pa.Array) -> pa.Array:
    """The canonical form of each URL; null stays null."""
    plain = pc.and_(
        pc.match_substring_regex(urls, _CANONICAL), pc.invert(pc.match_substring(urls, "xn--"))
    )
    others = _as_mask(pc.invert(plain))
    values = [canonical_url(url) for url in urls.filter(others).to_pylist()]
    return _replaced(urls, others, values)


def hosts(urls: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The host of each image URL, and whether the URL is relative. No URL is null."""
    host = pc.struct_field(pc.extract_regex(urls, _HOST), "host")
    others = _as_mask(pc.or_(pc.is_null(host), pc.match_substring(urls, "xn--")))
    found = [host_of(url) for url in urls.filter(others).to_pylist()]
    relative = np.zeros(len(urls), np.bool_)
    relative[others] = [is_relative for _, is_relative in found]
    return _replaced(host, others, [name for name, _ in found]), pa.array(relative)


def lowered(texts: pa.Array) -> pa.Array:
    """Texts in lower case."""
    others = _as_mask(pc.match_substring_regex(texts, r"[^\x20-\x40\x5b-\x7e]"))
    return _replaced(texts, others, [text.lower() for text in texts.filter(others).to_pylist()])


def _as_mask(chosen: pa.Array) -> Mask:
    """A boolean array as a mask; null chooses nothing."""
    mask: Mask = pc.fill_null(chosen, False).to_numpy(zero_copy_only=False)
    return mask
