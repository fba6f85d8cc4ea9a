"""Mentions: each related item is cast once, every article that lists it refers to it by number.

The real lists repeat the same items up to hundreds of times. Tables are therefore built from the
distinct items and expanded by index, as dictionary arrays that Parquet stores just so.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.arrow import column_array, schema
from pipeline.records import Value
from pipeline.transform.related import RelatedItem, RelatedValues, cast_related

_REMEMBERED_ITEMS = 50_000


class ItemMemory:
    """Casts each distinct parsed item once; bounded, and outlives the batch."""

    def __init__(self) -> None:
        self._cast: dict[int, tuple[dict[str, Value], RelatedItem]] = {}

    def cast(self, item: dict[str, Value]) -> RelatedItem:
        """The typed item. The very same object gives the very same answer."""
        known = self._cast.get(id(item))
        if known is not None:
            return known[1]
        if len(self._cast) >= _REMEMBERED_ITEMS:
            self._cast.clear()
        typed = cast_related(item)
        self._cast[id(item)] = (item, typed)  # holding the item keeps its id from being reused
        return typed


def int_array(values: array[int]) -> pa.Array:
    """An `array("i")` as an Arrow array without copying."""
    return pa.Array.from_buffers(pa.int32(), len(values), [None, pa.py_buffer(values)])


class Mentions:
    """The related items of a batch: distinct items, and who lists which at what position."""

    def __init__(self, memory: ItemMemory) -> None:
        self._memory = memory
        self._numbers: dict[int, int] = {}
        self._parsed: list[dict[str, Value]] = []
        self.items: list[RelatedItem] = []
        self._noted: set[int] = set()
        self.article = array("i")
        self.position = array("i")
        self.item = array("i")

    def add(
        self, article: int, positions: Sequence[int], listed: Sequence[dict[str, Value]]
    ) -> list[tuple[int, RelatedItem]]:
        """Note that the article of that number lists these items at these positions.

        Gives those with findings or unknown fields, typed, with their positions.
        """
        numbers = [self._numbers.get(id(parsed)) for parsed in listed]
        known = [
            self._number(parsed) if number is None else number
            for number, parsed in zip(numbers, listed, strict=True)
        ]
        self.article.extend([article] * len(known))
        self.position.extend(positions)
        self.item.extend(known)
        if self._noted.isdisjoint(known):
            return []
        return [
            (position, self.items[number])
            for position, number in zip(positions, known, strict=True)
            if number in self._noted
        ]

    def _number(self, parsed: dict[str, Value]) -> int:
        """The number of an item; one that is new to the batch gets the next."""
        number = self._numbers.setdefault(id(parsed), len(self.items))
        if number == len(self.items):
            self._parsed.append(parsed)
            item = self._memory.cast(parsed)
            self.items.append(item)
            if item.findings or item.extra:
                self._noted.add(number)
        return number

    def table(self, article_ids: pa.Array, published_at: pa.Array) -> pa.Table:
        """`related_items` without `related_article_id`, which needs the whole archive."""
        mentioned, article = int_array(self.item), int_array(self.article)
        wanted = schema("related_items")
        columns: dict[str, pa.Array] = {
            "article_id": pa.DictionaryArray.from_arrays(article, article_ids),
            "related_position": int_array(self.position),
        }
        values = zip(*(item.values for item in self.items), strict=True) if self.items else None
        for name in RelatedValues._fields:
            column = column_array(next(values) if values else (), wanted.field(name).type)
            if pa.types.is_string(column.type):
                column = column.dictionary_encode()
            columns[name] = column.take(mentioned)
        columns["lag_hours"] = _lag_hours(columns["published_at"], published_at.take(article))
        names = [name for name in wanted.names if name in columns]
        return pa.table({name: columns[name] for name in names})


def _lag_hours(later: pa.Array, earlier: pa.Array) -> pa.Array:
    microseconds = pc.subtract(later.cast(pa.int64()), earlier.cast(pa.int64()))
    # Whole seconds, because microseconds over three centuries are more than a double holds.
    seconds = pc.divide(microseconds, 1_000_000)
    return pc.divide(seconds.cast(pa.float64()), 3_600.0)
