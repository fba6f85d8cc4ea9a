"""Articles of many files at once, as columns: the same rows as file by file.

A record of which a value cannot be cast as it stands, or is missing, is left to the transforms that
go record by record, and to their findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.arrow_schema import encoded, schema
from pipeline.core.columnar import ColumnarFiles, ColumnarRecords, Ints, Mask
from pipeline.core.limits import Limits
from pipeline.core.text import clean_text, count_words
from pipeline.transform.article_tables import ArticleTables
from pipeline.transform.articles import HEAT_NOT_MEASURED, folder_and_slug, record_id
from pipeline.transform.casts import to_json
from pipeline.transform.columnar.casts import Columns
from pipeline.transform.columnar.images import cast_images
from pipeline.transform.columnar.related_items import ColumnarRelatedItems, common_columns


@dataclass(frozen=True, slots=True)
class ColumnarArticles:
    """The articles among the files that were read at once, and the numbers in the share of those
    files that have no category; all others are still to be read."""

    tables: ArticleTables
    skipped: Ints


class _Records:
    """The records: their columns, and which of them are valid articles."""

    def __init__(self, records: ColumnarRecords, is_valid: Mask, limits: Limits) -> None:
        self.is_valid = is_valid
        self.images = cast_images(records, "images", is_valid)
        self.provider_images = cast_images(records, "provider.images", is_valid)
        self.topics = self._topics(records, limits)
        columns = Columns(records, len(is_valid))
        self.values = self._cast(records, columns, limits)
        for required in ("category", "title", "published_at", "url", "provider_domain"):
            self.is_valid &= self.values[required].is_valid().to_numpy(zero_copy_only=False)
        self.is_valid &= ~columns.refused

    def _cast(
        self, records: ColumnarRecords, columns: Columns, limits: Limits
    ) -> dict[str, pa.Array]:
        fields = records.fields
        web_url, original_url = columns.urls(fields["webUrl"]), columns.urls(fields["originalUrl"])
        heat = columns.integers(fields["heat"])
        heat.there[heat.value == HEAT_NOT_MEASURED] = False
        common = common_columns(columns, fields, pc.coalesce(web_url, original_url), limits)
        return common | {
            "category": columns.texts(fields["category"]),
            "published_date": common["published_at"].cast(pa.date32()),
            "updated_at": columns.timestamps(fields["updatedDateTime"]).array(pa.timestamp("us")),
            "web_url": web_url,
            "original_url": original_url,
            "heat": heat.array(pa.int32()),
            "is_published": columns.booleans(fields["published"]).array(pa.bool_()),
            "is_removed": columns.booleans(fields["removed"]).array(pa.bool_()),
            "has_amp": pc.or_(common["amp_url"].is_valid(), common["cdn_amp_url"].is_valid()),
            "has_featured_content": pa.array(columns.present(fields["featuredContent"])),
            "has_secured": pa.array(columns.present(fields["secured"])),
            "topic_count": _count(self.topics["record"].to_numpy(), len(self.is_valid)),
            "image_count": _count(self.images.record, len(self.is_valid)),
        }

    def _topics(self, records: ColumnarRecords, limits: Limits) -> pa.Table:
        """Record, topic and position, ordered so; a record that names a topic twice, or exceeds a
        limit, is not valid."""
        listed, count = records.lists["topics"], len(self.is_valid)
        columns = Columns(records, len(listed.record))
        topic = columns.short_texts(listed.fields["topic"], limits.max_name_length)
        self.is_valid[listed.record[columns.refused]] = False
        self.is_valid &= np.bincount(listed.record, minlength=count) <= limits.max_topics
        table = pa.table({"record": listed.record, "topic": topic, "position": listed.position})
        table = table.filter(pc.is_valid(table["topic"]))
        table = table.sort_by([("record", "ascending"), ("topic", "ascending")]).combine_chunks()
        record, name = table["record"].to_numpy(), table["topic"].combine_chunks()
        if len(record) > 1:
            same = pc.equal(name[1:], name[:-1]).to_numpy(zero_copy_only=False)
            self.is_valid[record[1:][same & (record[1:] == record[:-1])]] = False
        return table


def _count(record: Ints, count: int) -> pa.Array:
    """How many of the rows are of each record."""
    return pa.array(np.bincount(record, minlength=count).astype(np.int32))


def cast_files(
    files: ColumnarFiles, source_paths: Sequence[str], limits: Limits
) -> ColumnarArticles:
    """The articles among files that were read at once; `source_paths` are those of all files of the
    share."""
    related = ColumnarRelatedItems(files, limits)
    is_read = files.records.is_read & related.every(files.items.is_read)
    records = _Records(files.records, is_read & related.every(related.is_valid), limits)
    is_valid = records.is_valid
    chosen = np.flatnonzero(is_valid)
    has_category = records.values["category"].is_valid().to_numpy(zero_copy_only=False)
    paths = [source_paths[file] for file in files.files[chosen].tolist()]
    related_items, related_images = related.tables(is_valid)
    images = []
    for owner, each in (("article", records.images), ("provider", records.provider_images)):
        rows = np.flatnonzero(is_valid[each.record])
        images.append(each.table(owner, rows, files.files[each.record[rows]], None))
    tables = ArticleTables(
        files.files[chosen],
        _articles(records, chosen, paths, files, related),
        _topics(records, files),
        related_items,
        [*images, related_images],
    )
    return ColumnarArticles(tables, skipped=files.files[is_read & ~has_category])


def _articles(
    records: _Records,
    chosen: Ints,
    paths: list[str],
    files: ColumnarFiles,
    related: ColumnarRelatedItems,
) -> pa.Table:
    columns = {name: values.take(chosen) for name, values in records.values.items()}
    collections, slugs = zip(*map(folder_and_slug, paths), strict=True) if paths else ((), ())
    bodies = [clean_text(files.bodies[record]) for record in chosen.tolist()]
    extras = [_extra(files, related, record) for record in chosen.tolist()]
    columns |= {
        "article_id": pa.array(map(record_id, paths), pa.string()),
        "source_path": pa.array(paths, pa.string()),
        "collection": pa.array(collections, pa.string()),
        "slug": pa.array(slugs, pa.string()),
        "related_count": pa.array(files.counts[chosen].astype(np.int32)),
        "body_text": pa.array(bodies, pa.string()),
        "body_word_count": pa.array(
            [count_words(body) if body else 0 for body in bodies], pa.int32()
        ),
        "extra": pa.array(extras, pa.string()),
    }
    wanted = schema("articles")
    return pa.Table.from_arrays([columns[name] for name in wanted.names], schema=wanted)


def _extra(files: ColumnarFiles, related: ColumnarRelatedItems, record: int) -> str | None:
    extra, of_items = files.records.extra.get(record, {}), related.unknown_fields(record)
    if of_items:
        extra = extra | {"related": of_items}
    return to_json(extra) if extra else None


def _topics(records: _Records, files: ColumnarFiles) -> pa.Table:
    record = records.topics["record"].to_numpy()
    kept = np.flatnonzero(records.is_valid[record])
    table = records.topics.take(kept)
    return pa.table(
        {
            "article": files.files[record[kept]],
            "topic": encoded(table["topic"].combine_chunks()),
            "topic_position": table["position"].cast(pa.int32()),
        }
    )
