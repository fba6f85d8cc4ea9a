"""The `images` table: images of articles, of their providers and of related items, as columns."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.arrow_schema import column_array, encoded, schema
from pipeline.core.columnar import Ints
from pipeline.transform.images import Image

OWNERS = ("article", "provider", "related")
"""In the order of `image_id`: a, p, r."""
_ARTICLE_SHIFT, _OWNER_SHIFT, _POSITION_SHIFT = 2**42, 2**40, 2**20


@dataclass(frozen=True, slots=True)
class ImageColumns:
    """Images of one kind of owner: the number of each one's article, the position of the related
    item (None for other owners), and the columns of the images."""

    owner: str
    article: Ints
    related_position: Ints | None
    columns: dict[str, pa.Array]

    def table(self) -> pa.Table:
        """The same as a table: article, owner, related_position, and the columns."""
        count = len(self.article)
        position = self.related_position
        own = {
            "article": pa.array(self.article, pa.int64()),
            "owner": pa.repeat(pa.scalar(OWNERS.index(self.owner), pa.int32()), count),
            "related_position": pa.nulls(count, pa.int32())
            if position is None
            else pa.array(position.astype(np.int32)),
        }
        return pa.table(own | {name: encoded(values) for name, values in self.columns.items()})


def columns_of(images: Sequence[Image]) -> dict[str, pa.Array]:
    """Images as columns of the table."""
    wanted = schema("images")
    values: Any = zip(*images, strict=True) if images else iter([()] * len(Image._fields))
    names = ("image_position" if field == "position" else field for field in Image._fields)
    return {
        name: column_array(column, wanted.field(name).type)
        for name, column in zip(names, values, strict=True)
    }


class ImageRows:
    """The images of a batch's articles or of their providers, as listed."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._images: list[Image] = []
        self._article = array("q")

    def add(self, article: int, images: list[Image]) -> None:
        """Note the images that belong to one article."""
        self._images += images
        self._article.extend([article] * len(images))

    def columns(self) -> ImageColumns:
        """The same as columns."""
        return ImageColumns(self._owner, np.array(self._article), None, columns_of(self._images))


def images(parts: Sequence[ImageColumns], article_ids: pa.Array, files: Ints) -> pa.Table:
    """`images` of a batch, ordered by image_id; `files` are the numbers by which `parts` call the
    articles."""
    tables = [part.table() for part in parts if len(part.article)] or [parts[0].table()]
    both = pa.concat_tables(tables).combine_chunks()
    ordered = both.take(_order(both))
    columns = {name: ordered[name].combine_chunks() for name in ordered.column_names}
    article = pa.array(np.searchsorted(files, columns["article"].to_numpy()).astype(np.int32))
    columns["image_id"] = _image_id(columns, article_ids.take(article))
    columns["article_id"] = pa.DictionaryArray.from_arrays(article, article_ids)
    columns["owner"] = pa.DictionaryArray.from_arrays(columns["owner"], pa.array(OWNERS))
    return pa.table({name: columns[name] for name in schema("images").names})


def _order(images: pa.Table) -> pa.Array:
    """Row numbers in the order of article, owner, related position, image position."""
    related = pc.fill_null(images["related_position"].cast(pa.int64()), 0)
    key = images["image_position"].cast(pa.int64())
    for column, shift in (
        (related, _POSITION_SHIFT),
        (images["owner"].cast(pa.int64()), _OWNER_SHIFT),
        (images["article"], _ARTICLE_SHIFT),
    ):
        key = pc.add(key, pc.multiply(column, shift))
    return pc.sort_indices(key)


def _numbered(template: str, numbers: pa.Array) -> pa.Array:
    """`template` filled with each number, formatted once per distinct number."""
    encoded = numbers.dictionary_encode()
    texts = [template.format(number.as_py()) for number in encoded.dictionary]
    return pa.array(texts, pa.string()).take(encoded.indices)


def _image_id(columns: dict[str, pa.Array], article_id: pa.Array) -> pa.Array:
    owners = pa.array(["-a", "-p", None]).take(columns["owner"])
    place = pc.coalesce(owners, _numbered("-r{:06d}", pc.fill_null(columns["related_position"], 0)))
    image = _numbered("-{:06d}", columns["image_position"])
    return pc.binary_join_element_wise(article_id, place, image, "")
