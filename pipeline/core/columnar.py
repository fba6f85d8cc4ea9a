"""Records as columns: where in a text each value of many records stands.

What the extract stage hands to the transform stage for records that can be read all at once,
without an object for each value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.core.records import Value

Ints: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
Bytes: TypeAlias = NDArray[np.uint8]
Words: TypeAlias = NDArray[np.uint64]

BELOW = np.array([(1 << (8 * size)) - 1 for size in range(9)], np.uint64)
"""Masks that keep the first bytes of a word, by their number."""

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
    """The files of a share that may be read all at once.

    `files` gives the number in the share of the file of each of the `records`, `bodies` what
    follows its front matter, empty where that is blank; `listed` the number in `items` of the item
    of each mention, record by record, `counts` how many mentions each record has.
    """

    files: Ints
    records: ColumnarRecords
    bodies: list[str]
    items: ColumnarRecords
    listed: Ints
    counts: Ints


def words_of(data: Bytes) -> Words:
    """The eight bytes from each index on, as one little-endian number; no byte is copied."""
    return np.ndarray((max(len(data) - 7, 0),), "<u8", data.data, strides=(1,))


def as_numbers(text: bytes) -> Bytes:
    """The bytes of a text, with padding."""
    return np.frombuffer(text + PADDING, np.uint8)
