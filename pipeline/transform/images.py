"""Images of records, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.arrow_schema import encoded
from pipeline.core.columnar import ColumnarRecords, Ints
from pipeline.core.records import Finding
from pipeline.transform.article_tables import OWNERS
from pipeline.transform.columns import Columns, as_mask, hosts, of_lists


@dataclass(frozen=True, slots=True)
class Images:
    """Images as columns; `record` is the number of the record each is of, in ascending order;
    `findings` are about these records."""

    record: Ints
    columns: dict[str, pa.Array]
    findings: Sequence[Finding]

    def table(self, owner: str, rows: Ints, article: Ints, position: Ints | None) -> pa.Table:
        """Select rows of `images`: the number of each one's article, and the
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


def cast_images(records: ColumnarRecords, name: str) -> Images:
    """Cast the images in the list of that name; one without url is a finding."""
    listed = records.lists[name]
    columns = Columns(records, listed.fields)
    url = columns.urls("url")
    for row in np.flatnonzero(as_mask(pc.is_null(url))).tolist():
        columns.note("url", row, "image_without_url", "an image without url is dropped")
    width, height = _pixels(columns, "width"), _pixels(columns, "height")
    is_sized = pc.and_(pc.not_equal(width, 0), pc.not_equal(height, 0))
    wide, high = (pc.if_else(is_sized, size, None).cast(pa.float64()) for size in (width, height))
    host, is_relative = hosts(url)
    cast = {
        "image_position": pa.array(listed.position.astype(np.int32)),
        "url": url,
        "host": host,
        "is_relative": is_relative,
        "width": width,
        "height": height,
        "aspect_ratio": pc.divide(wide, high),
        "megapixels": pc.divide(pc.multiply(wide, high), 1_000_000.0),
        "title": columns.texts("title"),
        "attribution": columns.texts("attribution"),
        "is_cached": columns.booleans("isCached"),
    }
    return Images(listed.record, cast, [*of_lists(columns.findings, listed, *name.split("."))])


def _pixels(columns: Columns, name: str) -> pa.Array:
    """A column of sizes, none of them negative."""
    sizes = columns.integers(name)
    is_negative = pc.less(sizes, 0)
    for row in np.flatnonzero(as_mask(is_negative)).tolist():
        message = "a size in pixels is not negative"
        columns.note(name, row, "integer_out_of_range", message)
    return pc.if_else(is_negative, None, sizes)
