"""Records as columns: where in a text each value of many records stands.

What the extract stage hands to the transform stage, without an object for each value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.core.records import Finding, FrontMatter, Value

Ints: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
Bytes: TypeAlias = NDArray[np.uint8]
Words: TypeAlias = NDArray[np.uint64]

_BELOW = np.array([(1 << (8 * size)) - 1 for size in range(9)], np.uint64)
"""Masks that keep the first bytes of a word, by their number."""

_INLINE = 12
"""Arrow's view of a text that is no longer holds the text itself, else where it is found."""

PADDING = b"\0" * 32
"""Follows every text, so that words of eight bytes can be read from its last bytes, too."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Where values stand, one of each record: bytes `start` to `end` of the text; equal where there
    is none. `unclean` says which may need more than to be taken as they stand: entities to be
    decoded, characters to be composed, blanks to be trimmed.
    """

    start: Ints
    end: Ints
    unclean: Mask

    @property
    def size(self) -> Ints:
        """Bytes of each value."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class ListItems:
    """Items of lists: the record each is of, its 1-based position there, and its fields."""

    record: Ints
    position: Ints
    fields: dict[str, Spans]


@dataclass(frozen=True, slots=True)
class ColumnarRecords:
    """Records of one kind: `text` holds all values, `data` the same as numbers.

    `is_read` says which records were read, exactly as PyYAML reads them; of all others nothing is
    to be used. `lists` go by the dotted name of their field. `extra` has, by the number of the
    record, the fields that have no column, nested as in the column `extra` of `articles`.
    """

    text: bytes
    data: Bytes
    is_read: Mask
    fields: dict[str, Spans]
    lists: dict[str, ListItems]
    extra: dict[int, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class ColumnarFiles:
    """Files of a share whose records were read as columns.

    `files` gives the number in the share of the file of each of the `records`, `bodies` what
    follows its front matter, empty where that is blank; `mentions` are the entries of `related`
    lists, record by record, `listed` the number in `items` of the item that each of them is.

    `sources` are the records as they were read one by one, and `findings` what in them had the
    wrong shape. Both are empty for records that were read all at once: no line of a value is known
    then, and a record with a bad value must be read again.
    """

    files: Ints
    records: ColumnarRecords
    bodies: Sequence[str]
    items: ColumnarRecords
    mentions: ListItems
    listed: Ints
    sources: Sequence[FrontMatter] = ()
    findings: Sequence[Finding] = ()


def words_of(data: Bytes) -> Words:
    """The eight bytes from each index on, as one little-endian number; no byte is copied."""
    return np.ndarray((max(len(data) - 7, 0),), "<u8", data.data, strides=(1,))


def as_numbers(text: bytes) -> Bytes:
    """The bytes of a text, with padding."""
    return np.frombuffer(text + PADDING, np.uint8)


def texts_at(data: Bytes, start: Ints, end: Ints) -> pa.Array:
    """The texts that stand from `start` to `end`, brought together; null where that is nothing."""
    words, size = words_of(data), end - start
    first, second = words[start], words[start + 8]
    first = first & _BELOW[np.minimum(size, 8)]
    second = second & _BELOW[np.clip(size - 8, 0, 8)]
    half = np.uint64(32)
    views = np.empty((len(size), 2), np.uint64)
    views[:, 0] = size.astype(np.uint64) | (first << half)
    elsewhere = start.astype(np.uint64) << half
    views[:, 1] = np.where(size <= _INLINE, (first >> half) | (second << half), elsewhere)
    there = pa.py_buffer(np.packbits(size > 0, bitorder="little"))
    buffers = [there, pa.py_buffer(views), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string_view(), len(size), buffers).cast(pa.string())
