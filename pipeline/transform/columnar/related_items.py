"""Mentions: each related item is cast once, every article that lists it refers to it by number.

The real lists repeat the same items up to hundreds of times. Tables are therefore built from the
distinct items and expanded by index, as dictionary arrays that Parquet stores just so.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.arrow_schema import column_array, encoded, schema
from pipeline.core.columnar import Ints
from pipeline.core.limits import Limits
from pipeline.core.records import Value
from pipeline.transform.columnar.images import ImageColumns, columns_of
from pipeline.transform.related_items import RelatedItem, RelatedValues, cast_related


@dataclass(frozen=True, slots=True)
class MentionColumns:
    """Mentions as columns: the number of the article, the position in its list, and the number of
    the item among the distinct ones, whose columns are `values`."""

    article: Ints
    position: Ints
    item: Ints
    values: dict[str, pa.Array]

    def images(self, owner: Ints, columns: dict[str, pa.Array]) -> ImageColumns:
        """The images of the mentions, those of each item given once; `owner` is the item's number,
        in ascending order."""
        count = len(self.values["image_count"])
        offsets = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=count))))
        of_item = pa.ListArray.from_arrays(
            pa.array(offsets.astype(np.int32)), pa.array(np.arange(len(owner), dtype=np.int32))
        )
        of_mention = of_item.take(self.item)
        mention = pc.list_parent_indices(of_mention).to_numpy()
        taken = pc.list_flatten(of_mention)
        expanded = {name: encoded(values).take(taken) for name, values in columns.items()}
        return ImageColumns("related", self.article[mention], self.position[mention], expanded)

    def table(self) -> pa.Table:
        """article, related_position, and the columns of the item."""
        columns = {
            "article": pa.array(self.article, pa.int64()),
            "related_position": pa.array(self.position.astype(np.int32)),
        }
        columns |= {name: encoded(values).take(self.item) for name, values in self.values.items()}
        return pa.table(columns)


class Mentions:
    """The related items of a batch: distinct items, and who lists which at what position."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._numbers: dict[int, int] = {}
        self._parsed: list[dict[str, Value]] = []
        self.items: list[RelatedItem] = []
        self._noted: set[int] = set()
        self.article = array("q")
        self.position = array("q")
        self.item = array("q")

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
            item = cast_related(parsed, self._limits)
            self.items.append(item)
            if item.findings or item.extra:
                self._noted.add(number)
        return number

    def columns(self) -> MentionColumns:
        """The same as columns."""
        wanted = schema("related_items")
        rows = [item.values for item in self.items]
        values = zip(*rows, strict=True) if rows else iter([()] * len(RelatedValues._fields))
        columns = {
            name: column_array(next(values), wanted.field(name).type)
            for name in RelatedValues._fields
        }
        return MentionColumns(
            np.array(self.article), np.array(self.position), np.array(self.item), columns
        )

    def images(self, columns: MentionColumns) -> ImageColumns:
        """The images of all mentions."""
        images = [image for item in self.items for image in item.images]
        owner = np.repeat(np.arange(len(self.items)), [len(item.images) for item in self.items])
        return columns.images(owner, columns_of(images))


def related_items(parts: Sequence[MentionColumns], articles: pa.Table, files: Ints) -> pa.Table:
    """`related_items` of a batch, ordered by its key, without `related_article_id`, which needs the
    whole archive. `files` are the numbers by which `parts` call the articles."""
    tables = [part.table() for part in parts if len(part.article)] or [parts[0].table()]
    both = pa.concat_tables(tables).combine_chunks()
    if len(tables) > 1:
        order = [("article", "ascending"), ("related_position", "ascending")]
        both = both.take(pc.sort_indices(both.select(["article", "related_position"]), order))
    columns = {name: both[name].combine_chunks() for name in both.column_names}
    article = pa.array(np.searchsorted(files, columns.pop("article").to_numpy()).astype(np.int32))
    ids, published_at = (articles[name].combine_chunks() for name in ("article_id", "published_at"))
    columns["article_id"] = pa.DictionaryArray.from_arrays(article, ids)
    columns["lag_hours"] = _lag_hours(columns["published_at"], published_at.take(article))
    names = [name for name in schema("related_items").names if name in columns]
    return pa.table({name: columns[name] for name in names})


def _lag_hours(later: pa.Array, earlier: pa.Array) -> pa.Array:
    microseconds = pc.subtract(later.cast(pa.int64()), earlier.cast(pa.int64()))
    # Whole seconds, because microseconds over three centuries are more than a double holds.
    seconds = pc.divide(microseconds, 1_000_000)
    return pc.divide(seconds.cast(pa.float64()), 3_600.0)
