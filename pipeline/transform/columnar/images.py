"""Images of many records at once, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.arrow_schema import encoded
from pipeline.core.columnar import ColumnarRecords, Ints, Mask
from pipeline.transform.article_tables import OWNERS
from pipeline.transform.columnar.casts import Columns, hosts

_EXACT = 2**53
"""Whole numbers below are exact as floating-point numbers."""


@dataclass(frozen=True, slots=True)
class ColumnarImages:
    """Images as columns; `record` is the number of the record each is of, in ascending order."""

    record: Ints
    columns: dict[str, pa.Array]

    def table(self, owner: str, rows: Ints, article: Ints, position: Ints | None) -> pa.Table:
        """Some of the images as rows of `images`: the number of each one's article, and the
        position of the related item that has it."""
        own = {
            "article": pa.array(article, pa.int64()),
            "owner": pa.repeat(pa.scalar(OWNERS.index(owner), pa.int32()), len(rows)),
            "related_position": pa.nulls(len(rows), pa.int32())
            if position is None
            else pa.array(position.astype(np.int32)),
        }
        chosen = pa.array(rows)
        taken = {name: encoded(values).take(chosen) for name, values in self.columns.items()}
        return pa.table(own | taken)


def cast_images(records: ColumnarRecords, name: str, is_valid: Mask) -> ColumnarImages:
    """The images in the list of that name; a record with a flawed one is no longer valid."""
    listed = records.lists[name]
    fields, count = listed.fields, len(listed.record)
    columns = Columns(records, count)
    url = columns.urls(fields["url"])
    width, height = columns.integers(fields["width"]), columns.integers(fields["height"])
    pixels = width.value * height.value
    flawed = (width.value < 0) | (height.value < 0) | (pixels >= _EXACT)
    flawed |= pc.is_null(url).to_numpy(zero_copy_only=False)
    is_sized = (width.value != 0) & (height.value != 0)
    ratio = np.divide(width.value, height.value, out=np.zeros(count), where=is_sized)
    host, is_relative = hosts(url)
    cast = {
        "image_position": pa.array(listed.position.astype(np.int32)),
        "url": url,
        "host": host,
        "is_relative": is_relative,
        "width": width.array(pa.int32()),
        "height": height.array(pa.int32()),
        "aspect_ratio": pa.array(ratio, mask=~is_sized),
        "megapixels": pa.array(pixels / 1_000_000, mask=~is_sized),
        "title": columns.texts(fields["title"]),
        "attribution": columns.texts(fields["attribution"]),
        "is_cached": columns.booleans(fields["isCached"]).array(pa.bool_()),
    }
    is_valid[listed.record[flawed | columns.refused]] = False
    return ColumnarImages(listed.record, cast)
