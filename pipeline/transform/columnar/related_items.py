"""Related items of many records at once: each distinct item is cast once, every record that lists
it refers to it by number.

The real lists repeat the same items up to hundreds of times. Tables are therefore built from the
distinct items and expanded by index, as dictionary arrays that Parquet stores just so.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.arrow_schema import encoded
from pipeline.core.columnar import ColumnarFiles, Ints, Mask, Spans
from pipeline.core.limits import Limits
from pipeline.core.records import Value
from pipeline.transform.columnar.casts import Columns, canonical, lowered
from pipeline.transform.columnar.images import cast_images


def common_columns(
    columns: Columns, fields: dict[str, Spans], url: pa.Array, limits: Limits
) -> dict[str, pa.Array]:
    """The columns that articles and related items share."""
    domain = columns.short_texts(fields["provider.domain"], limits.max_name_length)
    published_at = columns.timestamps(fields["publishedDateTime"])
    return {
        "title": columns.short_texts(fields["title"], limits.max_title_length),
        "excerpt": columns.texts(fields["excerpt"]),
        "published_at": published_at.array(pa.timestamp("us")),
        "type": columns.texts(fields["type"]),
        "url": url,
        "canonical_url": canonical(url),
        "amp_url": columns.urls(fields["ampWebUrl"]),
        "cdn_amp_url": columns.urls(fields["cdnAmpWebUrl"]),
        "provider_domain": lowered(domain),
        "provider_name": columns.short_texts(fields["provider.name"], limits.max_name_length),
        "quality": columns.integers(fields["quality"]).array(pa.int32()),
    }


class ColumnarRelatedItems:
    """The distinct related items of files, and who lists which; `is_valid` says of which items all
    values could be cast."""

    def __init__(self, files: ColumnarFiles, limits: Limits) -> None:
        self._files = files
        items = files.items
        self.is_valid = items.is_read.copy()
        self._images = cast_images(items, "images", self.is_valid)
        fields = items.fields
        columns = Columns(items, len(self.is_valid))
        url = pc.coalesce(columns.urls(fields["webUrl"]), columns.urls(fields["originalUrl"]))
        image_count = np.bincount(self._images.record, minlength=len(self.is_valid))
        self._values = common_columns(columns, fields, url, limits)
        self._values["image_count"] = pa.array(image_count.astype(np.int32))
        self.is_valid &= ~columns.refused
        self._record = np.repeat(np.arange(len(files.counts)), files.counts)
        self._first = np.cumsum(files.counts) - files.counts
        self._position = np.arange(len(files.listed)) - self._first[self._record] + 1

    def every(self, holds: Mask) -> Mask:
        """Of which records something holds for every item they list."""
        broken = self._record[~holds[self._files.listed]]
        every: Mask = np.bincount(broken, minlength=len(self._files.counts)) == 0
        return every

    def tables(self, chosen: Mask) -> tuple[pa.Table, pa.Table]:
        """The related items of the chosen records, and the images of these."""
        kept = chosen[self._record]
        item, position = self._files.listed[kept], self._position[kept]
        article = self._files.files[self._record[kept]]
        related = {
            "article": pa.array(article, pa.int64()),
            "related_position": pa.array(position.astype(np.int32)),
        }
        taken = pa.array(item)
        related |= {name: encoded(each).take(taken) for name, each in self._values.items()}
        mention, image = self._images_of(taken)
        images = self._images.table("related", image, article[mention], position[mention])
        return pa.table(related), images

    def _images_of(self, items: pa.Array) -> tuple[Ints, Ints]:
        """All images of these items: the index in `items`, and the row of each image."""
        owner = self._images.record
        offsets = np.searchsorted(owner, np.arange(len(self.is_valid) + 1)).astype(np.int32)
        rows = pa.array(np.arange(len(owner)))
        of_mention = pa.ListArray.from_arrays(pa.array(offsets), rows).take(items)
        mention: Ints = pc.list_parent_indices(of_mention).to_numpy()
        return mention, pc.list_flatten(of_mention).to_numpy()

    def unknown_fields(self, record: int) -> dict[str, Value]:
        """The unknown fields of the items that a record lists, by the position of each."""
        of_item = self._files.items.extra
        if not of_item:
            return {}
        first, count = self._first[record], self._files.counts[record]
        listed = enumerate(self._files.listed[first : first + count].tolist(), start=1)
        return {str(position): of_item[item] for position, item in listed if item in of_item}
