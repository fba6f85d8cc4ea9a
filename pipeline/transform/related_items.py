"""Related items: each distinct item is cast once, every record that lists
it refers to it by number.

The real lists repeat the same items up to hundreds of times. Tables are therefore built from the
distinct items and expanded by index, as dictionary arrays that Parquet stores just so.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.arrow_schema import encoded
from pipeline.core.columnar import ColumnarFiles, Ints, Mask
from pipeline.core.limits import Limits
from pipeline.core.records import Finding, Value
from pipeline.transform.columns import Columns, canonical, lowered
from pipeline.transform.images import cast_images


def common_columns(columns: Columns, url: pa.Array, limits: Limits) -> dict[str, pa.Array]:
    """Cast the columns that articles and related items share."""
    return {
        "title": columns.short_texts("title", limits.max_title_length),
        "excerpt": columns.texts("excerpt"),
        "published_at": columns.timestamps("publishedDateTime"),
        "type": columns.texts("type"),
        "url": url,
        "canonical_url": canonical(url),
        "amp_url": columns.urls("ampWebUrl"),
        "cdn_amp_url": columns.urls("cdnAmpWebUrl"),
        "provider_domain": lowered(columns.short_texts("provider.domain", limits.max_name_length)),
        "provider_name": columns.short_texts("provider.name", limits.max_name_length),
        "quality": columns.integers("quality"),
    }


class RelatedItems:
    """The distinct related items of files, and who lists which; `findings` are about the items."""

    def __init__(self, files: ColumnarFiles, limits: Limits) -> None:
        self._files = files
        items = files.items
        self._images = cast_images(items, "images")
        columns = Columns(items, items.fields)
        url = pc.coalesce(columns.urls("webUrl"), columns.urls("originalUrl"))
        image_count = np.bincount(self._images.record, minlength=len(items.is_read))
        self._values = common_columns(columns, url, limits)
        self._values["image_count"] = pa.array(image_count.astype(np.int32))
        self.findings: list[Finding] = [*columns.findings, *self._images.findings]
        self.is_valid = items.is_read.copy()
        self.is_valid[[each.record for each in self.findings]] = False

    def every(self, holds: Mask) -> Mask:
        """Mark the records for which something holds of every item they list."""
        broken = self._files.mentions.record[~holds[self._files.listed]]
        every: Mask = np.bincount(broken, minlength=len(self._files.files)) == 0
        return every

    def tables(self, chosen: Mask) -> tuple[pa.Table, pa.Table]:
        """Select the related items of the chosen records, and the images of these."""
        mentions = self._files.mentions
        kept = chosen[mentions.record]
        item, position = self._files.listed[kept], mentions.position[kept]
        article = self._files.files[mentions.record[kept]]
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
        """Collect the unknown fields of the items that a record lists, by the position of each."""
        of_item, mentions = self._files.items.extra, self._files.mentions
        if not of_item:
            return {}
        rows = slice(*np.searchsorted(mentions.record, (record, record + 1)))
        listed = zip(mentions.position[rows], self._files.listed[rows].tolist(), strict=True)
        return {str(position): of_item[item] for position, item in listed if item in of_item}
