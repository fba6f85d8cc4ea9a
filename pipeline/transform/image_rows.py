"""The `images` table: article and provider images row by row, related ones expanded by index."""

from __future__ import annotations

from array import array
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.arrow import column_array, schema
from pipeline.transform.images import Image
from pipeline.transform.mentions import Mentions, int_array

OWNERS = ("article", "provider", "related")
"""In the order of `image_id`: a, p, r."""
_ARTICLE_SHIFT, _OWNER_SHIFT, _POSITION_SHIFT = 2**42, 2**40, 2**20


class ImageRows:
    """The images of a batch's articles and of their providers, as listed."""

    def __init__(self) -> None:
        self._images: list[Image] = []
        self._article = array("i")
        self._owner = array("i")

    def add(self, article: int, owner: str, images: list[Image]) -> None:
        """Note the images of one owner (`article` or `provider`)."""
        for image in images:
            self._images.append(image)
            self._article.append(article)
            self._owner.append(OWNERS.index(owner))

    def table(self, article_ids: pa.Array, mentions: Mentions) -> pa.Table:
        """`images` of the batch, ordered by image_id."""
        own = _columns(self._images, int_array(array("i", range(len(self._images)))))
        own["article"] = int_array(self._article)
        own["owner"] = int_array(self._owner)
        own["related_position"] = pa.nulls(len(self._images), pa.int32())
        both = pa.concat_tables([pa.table(own), _related(mentions)], promote_options="permissive")
        ordered = both.combine_chunks().take(_order(both))
        columns = {name: ordered[name].combine_chunks() for name in ordered.column_names}
        columns["image_id"] = _image_id(columns, article_ids)
        columns["article_id"] = pa.DictionaryArray.from_arrays(columns["article"], article_ids)
        columns["owner"] = pa.DictionaryArray.from_arrays(columns["owner"], pa.array(OWNERS))
        names = schema("images").names
        return pa.table({name: columns[name] for name in names})


def _columns(images: list[Image], taken: pa.Array) -> dict[str, pa.Array]:
    """The columns of `images`, expanded: row i is image `taken[i]`."""
    wanted = schema("images")
    values: Any = zip(*images, strict=True) if images else iter([()] * len(Image._fields))
    columns = {}
    for field, column in zip(Image._fields, values, strict=True):
        name = "image_position" if field == "position" else field
        array_ = column_array(column, wanted.field(name).type)
        if pa.types.is_string(array_.type):
            array_ = array_.dictionary_encode()
        columns[name] = array_.take(taken)
    return columns


def _related(mentions: Mentions) -> pa.Table:
    images: list[Image] = []
    offsets = array("i", [0])
    for item in mentions.items:
        images.extend(item.images)
        offsets.append(len(images))
    of_item = pa.ListArray.from_arrays(
        int_array(offsets), int_array(array("i", range(len(images))))
    )
    of_mention = of_item.take(int_array(mentions.item))
    mention = pc.list_parent_indices(of_mention)
    columns = _columns(images, pc.list_flatten(of_mention))
    columns["article"] = int_array(mentions.article).take(mention)
    columns["owner"] = pa.repeat(pa.scalar(OWNERS.index("related"), pa.int32()), len(mention))
    columns["related_position"] = int_array(mentions.position).take(mention)
    return pa.table(columns)


def _order(images: pa.Table) -> pa.Array:
    """Row numbers in the order of article, owner, related position, image position."""
    related = pc.fill_null(images["related_position"].cast(pa.int64()), 0)
    key = images["image_position"].cast(pa.int64())
    for column, shift in (
        (related, _POSITION_SHIFT),
        (images["owner"].cast(pa.int64()), _OWNER_SHIFT),
        (images["article"].cast(pa.int64()), _ARTICLE_SHIFT),
    ):
        key = pc.add(key, pc.multiply(column, shift))
    return pc.sort_indices(key)


def _numbered(template: str, numbers: pa.Array) -> pa.Array:
    """`template` filled with each number, formatted once per distinct number."""
    encoded = numbers.dictionary_encode()
    texts = [template.format(number.as_py()) for number in encoded.dictionary]
    return pa.array(texts, pa.string()).take(encoded.indices)


def _image_id(columns: dict[str, pa.Array], article_ids: pa.Array) -> pa.Array:
    owners = pa.array(["-a", "-p", None]).take(columns["owner"])
    place = pc.coalesce(owners, _numbered("-r{:06d}", pc.fill_null(columns["related_position"], 0)))
    image = _numbered("-{:06d}", columns["image_position"])
    return pc.binary_join_element_wise(article_ids.take(columns["article"]), place, image, "")
