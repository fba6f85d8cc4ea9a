"""Casts of whole columns, each the same as that of `transform.casts` value by value.

What is written as almost all values are is cast by Arrow; every other value goes through the cast
of single values, and where that refuses it, it is null and a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.columnar import ColumnarRecords, ListItems, Mask, Spans, texts_at
from pipeline.core.records import Finding
from pipeline.core.text import clean_text
from pipeline.core.urls import canonical_url, clean_url, host_of
from pipeline.transform.casts import BadValue, to_boolean, to_integer, to_timestamp

_INTEGER = r"^-?[0-9]{1,9}$"
_BOOLEAN = r"^(?:true|false)$"
_TIME = (
    r"^(?:1679|16[89]\d|1[7-9]\d\d|2[01]\d\d|22[0-5]\d)-"
    r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"
)
"""How almost all values are written; a day that only leap years have is left to other casts."""

_HAS_TIME = r"^\s*\d{4}-\d\d-\d\d[Tt ] *\d"
_IS_MIDNIGHT = r"^\s*\d{4}-\d\d-\d\d[Tt ] *00:00(?::00(?:[.,]\d+)?)? *(?:[Zz+-].*)?\s*$"


class Columns:
    """The fields of records, cast by name; `findings` are about rows of the fields."""

    def __init__(self, records: ColumnarRecords, fields: dict[str, Spans]) -> None:
        self._fields = fields
        self._data = records.data
        self.findings: list[Finding] = []

    def note(self, name: str, row: int, code: str, message: str) -> None:
        """Add a finding about one value."""
        spans = self._fields[name]
        raw_value = self._data[spans.start[row] : spans.end[row]].tobytes().decode()
        self.findings.append(Finding(row, tuple(name.split(".")), code, raw_value, message))

    def texts(self, name: str) -> pa.Array:
        """Clean the texts; null where there is none."""
        return self._cleaned(name, clean_text)

    def short_texts(self, name: str, longest: int) -> pa.Array:
        """Clean the texts; one of more characters than `longest` is null and a finding."""
        texts = self.texts(name)
        length = pc.utf8_length(texts)
        too_long = as_mask(pc.greater(length, longest))
        for row in np.flatnonzero(too_long).tolist():
            message = f"{length[row].as_py():,} characters; the limit is {longest:,}"
            self.note(name, row, "text_too_long", message)
        return pc.if_else(pa.array(~too_long), texts, None) if too_long.any() else texts

    def urls(self, name: str) -> pa.Array:
        """Clean the URLs, as observed; null where there is none."""
        return self._cleaned(name, clean_url)

    def present(self, name: str) -> pa.Array:
        """Mark the records that have more than blanks there."""
        return self._cleaned(name, lambda text: text.strip() or None).is_valid()

    def _cleaned(self, name: str, clean: Callable[[str], str | None]) -> pa.Array:
        texts = self._as_written(name)
        unclean = self._fields[name].unclean & as_mask(texts.is_valid())
        cleaned = [clean(text) for text in texts.filter(pa.array(unclean)).to_pylist()]
        return _replaced(texts, unclean, cleaned)

    def _as_written(self, name: str) -> pa.Array:
        """The texts as they stand; null where there is none."""
        spans = self._fields[name]
        return texts_at(self._data, spans.start, spans.end)

    def integers(self, name: str) -> pa.Array:
        """Cast whole numbers in 32 bits."""
        return self._numbers(name, _INTEGER, pa.int32(), to_integer)

    def booleans(self, name: str) -> pa.Array:
        """Cast true and false."""
        return self._numbers(name, _BOOLEAN, pa.bool_(), to_boolean)

    def timestamps(self, name: str) -> pa.Array:
        """Cast times, in UTC and to the second."""
        times = self._numbers(name, _TIME, pa.timestamp("s", "UTC"), to_timestamp)
        return times.cast(pa.timestamp("us"))

    def precisions(self, name: str) -> pa.Array:
        """Tell what each text says of the time of day, in its own zone; null where there is none.

        `time`, `midnight` (just 00:00:00) or `date` (no time of day). No finding about a text that
        is no time: the cast of the time has it.
        """
        texts = self._as_written(name)
        timed = pc.if_else(pc.match_substring_regex(texts, _IS_MIDNIGHT), "midnight", "time")
        return pc.if_else(pc.match_substring_regex(texts, _HAS_TIME), timed, "date")

    def _numbers(
        self, name: str, pattern: str, arrow_type: pa.DataType, cast: Callable[[str], int | None]
    ) -> pa.Array:
        """Values that match the pattern as Arrow casts them, all others one by one."""
        texts = self._as_written(name)
        plain = pc.match_substring_regex(texts, pattern)
        numbers = pc.if_else(plain, texts, None).cast(arrow_type)
        others = as_mask(pc.invert(plain))
        found: list[int | None] = []
        for row in np.flatnonzero(others).tolist():
            try:
                found.append(cast(texts[row].as_py()))
            except BadValue as bad:
                self.note(name, row, bad.code, bad.message)
                found.append(None)
        return _replaced(numbers, others, found)


def _replaced(values: pa.Array, chosen: Mask, others: Sequence[object]) -> pa.Array:
    """The values, of which others stand where the mask says so."""
    if not others:
        return values
    return pc.replace_with_mask(values, pa.array(chosen), pa.array(others, values.type))


def canonical(urls: pa.Array) -> pa.Array:
    """Bring each URL into canonical form; null stays null."""
    return _mapped(urls, canonical_url, pa.string())


def hosts(urls: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Read the host of each image URL, and whether the URL is relative; null for no URL."""
    host = _mapped(urls, lambda url: host_of(url)[0], pa.string())
    return host, _mapped(urls, lambda url: host_of(url)[1], pa.bool_())


def lowered(texts: pa.Array) -> pa.Array:
    """Change texts to lower case."""
    return _mapped(texts, str.lower, pa.string())


def _mapped(
    texts: pa.Array, function: Callable[[str], object], arrow_type: pa.DataType
) -> pa.Array:
    """What a function gives for each text, called once per distinct text; null stays null."""
    distinct = texts.dictionary_encode()
    values = [function(text) for text in distinct.dictionary.to_pylist()]
    return pa.array(values, arrow_type).take(distinct.indices)


def as_mask(chosen: pa.Array) -> Mask:
    """Turn a boolean array into a mask; null chooses nothing."""
    mask: Mask = pc.fill_null(chosen, False).to_numpy(zero_copy_only=False)
    return mask


def of_lists(findings: Iterable[Finding], items: ListItems, *way: str) -> Iterator[Finding]:
    """Turn findings about items of the lists at `way` into findings about their records."""
    for each in findings:
        path = (*way, int(items.position[each.record]) - 1, *each.path)
        yield replace(each, record=int(items.record[each.record]), path=path)
