"""Articles read all at once → columns, the same as the rows of `articles`, `related` and `images`.

A record of which anything cannot be cast as it stands, or is missing, is left to the transforms
that go record by record, and to their findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.arrow_schema import schema
from pipeline.core.columnar import Bulk, Ints, Listed, Mask, Sheet
from pipeline.core.limits import Limits
from pipeline.core.text import clean_text, count_words
from pipeline.transform.articles import HEAT_NOT_MEASURED, place_of, record_id
from pipeline.transform.columnar.casts import Columns, Numbers, canonical, hosts, lowered
from pipeline.transform.columnar.images import ImageColumns
from pipeline.transform.columnar.related_items import MentionColumns

_NAMES = ("provider_domain", "provider_name")
_EXACT = 2**53
"""Whole numbers below are exact as floating-point numbers."""


@dataclass(frozen=True, slots=True)
class Cast:
    """What came of the files read at once: the numbers in the chunk of those that are articles and
    of those that are skipped for want of a category; all others are still to be read.

    `articles` has the columns of that table; `topics` article (a file's number), topic and place.
    """

    loaded: Ints
    skipped: Ints
    articles: pa.Table
    topics: pa.Table
    mentions: MentionColumns
    images: list[ImageColumns]


@dataclass(frozen=True, slots=True)
class _Images:
    """Images as columns, `record` the number of the record each is of."""

    record: Ints
    columns: dict[str, pa.Array]

    def of(self, rows: Ints) -> _Images:
        """Some of the images."""
        return _Images(
            self.record[rows], {name: each.take(rows) for name, each in self.columns.items()}
        )


def _integer(numbers: Numbers) -> pa.Array:
    return numbers.array(pa.int32())


def _images(sheet: Sheet, listed: Listed, sound: Mask) -> _Images:
    """The images of all records; a record with one that has a flaw is no longer `sound`."""
    fields, count = listed.fields, len(listed.record)
    columns = Columns(sheet, count)
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
        "width": _integer(width),
        "height": _integer(height),
        "aspect_ratio": pa.array(ratio, mask=~is_sized),
        "megapixels": pa.array(pixels / 1_000_000, mask=~is_sized),
        "title": columns.texts(fields["title"]),
        "attribution": columns.texts(fields["attribution"]),
        "is_cached": columns.booleans(fields["isCached"]).array(pa.bool_()),
    }
    sound[listed.record[flawed | columns.refused]] = False
    return _Images(listed.record, cast)


class _Items:
    """The distinct related items: their columns and images, and which of them are `sound`."""

    def __init__(self, sheet: Sheet, limits: Limits) -> None:
        self.sound = sheet.complete.copy()
        self.images = _images(sheet, sheet.lists["images"], self.sound)
        fields = sheet.fields
        columns = Columns(sheet, len(self.sound))
        url = pc.coalesce(columns.urls(fields["webUrl"]), columns.urls(fields["originalUrl"]))
        image_count = np.bincount(self.images.record, minlength=len(self.sound))
        self.values: dict[str, pa.Array] = {
            "title": columns.texts(fields["title"]),
            "excerpt": columns.texts(fields["excerpt"]),
            "published_at": columns.timestamps(fields["publishedDateTime"]).array(
                pa.timestamp("us")
            ),
            "type": columns.texts(fields["type"]),
            "url": url,
            "canonical_url": canonical(url),
            "amp_url": columns.urls(fields["ampWebUrl"]),
            "cdn_amp_url": columns.urls(fields["cdnAmpWebUrl"]),
            "provider_domain": lowered(columns.texts(fields["provider.domain"])),
            "provider_name": columns.texts(fields["provider.name"]),
            "quality": _integer(columns.integers(fields["quality"])),
            "image_count": pa.array(image_count.astype(np.int32)),
        }
        self.sound &= ~columns.refused & _are_short(self.values, limits)


class _Records:
    """The records: their columns, and which of them are `sound` articles."""

    def __init__(self, sheet: Sheet, sound: Mask, limits: Limits) -> None:
        self.sound = sound
        self.images = _images(sheet, sheet.lists["images"], sound)
        self.provider_images = _images(sheet, sheet.lists["provider.images"], sound)
        self.topics = self._topics(sheet, limits)
        self._columns = Columns(sheet, len(sound))
        self.values = self._cast(sheet)
        for required in ("category", "title", "published_at", "url", "provider_domain"):
            self.sound &= self.values[required].is_valid().to_numpy(zero_copy_only=False)
        self.sound &= ~self._columns.refused & _are_short(self.values, limits)

    def _cast(self, sheet: Sheet) -> dict[str, pa.Array]:
        columns, fields = self._columns, sheet.fields
        published = columns.timestamps(fields["publishedDateTime"])
        web_url, original_url = columns.urls(fields["webUrl"]), columns.urls(fields["originalUrl"])
        url = pc.coalesce(web_url, original_url)
        amp_url, cdn_amp_url = (
            columns.urls(fields["ampWebUrl"]),
            columns.urls(fields["cdnAmpWebUrl"]),
        )
        heat = columns.integers(fields["heat"])
        heat.there[heat.value == HEAT_NOT_MEASURED] = False
        day = Numbers(published.value // 86_400, published.there)
        return {
            "category": columns.texts(fields["category"]),
            "type": columns.texts(fields["type"]),
            "title": columns.texts(fields["title"]),
            "excerpt": columns.texts(fields["excerpt"]),
            "published_at": published.array(pa.timestamp("us")),
            "published_date": _integer(day).cast(pa.date32()),
            "updated_at": columns.timestamps(fields["updatedDateTime"]).array(pa.timestamp("us")),
            "url": url,
            "web_url": web_url,
            "original_url": original_url,
            "amp_url": amp_url,
            "cdn_amp_url": cdn_amp_url,
            "canonical_url": canonical(url),
            "provider_domain": lowered(columns.texts(fields["provider.domain"])),
            "provider_name": columns.texts(fields["provider.name"]),
            "quality": _integer(columns.integers(fields["quality"])),
            "heat": _integer(heat),
            "is_published": columns.booleans(fields["published"]).array(pa.bool_()),
            "is_removed": columns.booleans(fields["removed"]).array(pa.bool_()),
            "has_amp": pc.or_(amp_url.is_valid(), cdn_amp_url.is_valid()),
            "has_featured_content": pa.array(columns.present(fields["featuredContent"])),
            "has_secured": pa.array(columns.present(fields["secured"])),
            "topic_count": _count(self.topics["record"].to_numpy(), len(self.sound)),
            "image_count": _count(self.images.record, len(self.sound)),
        }

    def _topics(self, sheet: Sheet, limits: Limits) -> pa.Table:
        """Record, topic and place, ordered so; a record with a topic named twice, or over a limit,
        is not sound."""
        listed = sheet.lists["topics"]
        topic = Columns(sheet, len(listed.record)).texts(listed.fields["topic"])
        self.sound[listed.record[~_is_short(topic, limits.max_name_length)]] = False
        self.sound &= np.bincount(listed.record, minlength=len(self.sound)) <= limits.max_topics
        table = pa.table({"record": listed.record, "topic": topic, "place": listed.position})
        table = table.filter(pc.is_valid(table["topic"]))
        table = table.sort_by([("record", "ascending"), ("topic", "ascending")]).combine_chunks()
        record, name = table["record"].to_numpy(), table["topic"].combine_chunks()
        if len(record) > 1:
            same = pc.equal(name[1:], name[:-1]).to_numpy(zero_copy_only=False)
            self.sound[record[1:][same & (record[1:] == record[:-1])]] = False
        return table


def _is_short(texts: pa.Array, longest: int) -> Mask:
    """Which texts have no more characters, or are null."""
    short = pc.less_equal(pc.utf8_length(texts), longest)
    mask: Mask = pc.fill_null(short, True).to_numpy(zero_copy_only=False)
    return mask


def _are_short(values: dict[str, pa.Array], limits: Limits) -> Mask:
    """Which rows have a title and names within the limits."""
    titles = _is_short(values["title"], limits.max_title_length)
    names = [_is_short(values[name], limits.max_name_length) for name in _NAMES]
    short: Mask = np.logical_and.reduce([titles, *names])
    return short


def _count(record: Ints, count: int) -> pa.Array:
    """How many of the rows are of each record."""
    return pa.array(np.bincount(record, minlength=count).astype(np.int32))


def _every(holds: Mask, bulk: Bulk) -> Mask:
    """Of which records something holds for every item they list."""
    record = np.repeat(np.arange(len(bulk.counts)), bulk.counts)
    broken = record[~holds[bulk.listed]]
    every: Mask = np.bincount(broken, minlength=len(bulk.counts)) == 0
    return every


def cast_bulk(bulk: Bulk, source_paths: Sequence[str], limits: Limits) -> Cast:
    """The articles among files that were read at once; `source_paths` are those of all files of the
    chunk."""
    items = _Items(bulk.items, limits)
    certain = bulk.records.certain & _every(bulk.items.certain, bulk)
    sound = bulk.records.complete & certain & _every(items.sound, bulk)
    records = _Records(bulk.records, sound, limits)
    chosen = np.flatnonzero(records.sound)
    has_category = records.values["category"].is_valid().to_numpy(zero_copy_only=False)
    files = bulk.files[chosen]
    paths = [source_paths[file] for file in files.tolist()]
    return Cast(
        loaded=files,
        skipped=bulk.files[certain & ~has_category],
        articles=_articles(records, chosen, paths, bulk),
        topics=_topics_of(records, bulk),
        mentions=_mentions(bulk, items, records.sound),
        images=[
            _own_images("article", records.images, records.sound, bulk),
            _own_images("provider", records.provider_images, records.sound, bulk),
            _related_images(bulk, items, records.sound),
        ],
    )


def _articles(records: _Records, chosen: Ints, paths: list[str], bulk: Bulk) -> pa.Table:
    columns = {name: values.take(chosen) for name, values in records.values.items()}
    collections, slugs = zip(*map(place_of, paths), strict=True) if paths else ((), ())
    bodies = [clean_text(bulk.bodies[record]) for record in chosen.tolist()]
    columns |= {
        "article_id": pa.array(map(record_id, paths), pa.string()),
        "source_path": pa.array(paths, pa.string()),
        "collection": pa.array(collections, pa.string()),
        "slug": pa.array(slugs, pa.string()),
        "related_count": pa.array(bulk.counts[chosen].astype(np.int32)),
        "body_text": pa.array(bodies, pa.string()),
        "body_word_count": pa.array(
            [count_words(body) if body else 0 for body in bodies], pa.int32()
        ),
        "extra": pa.nulls(len(chosen), pa.string()),
    }
    wanted = schema("articles")
    return pa.Table.from_arrays([columns[name] for name in wanted.names], schema=wanted)


def _topics_of(records: _Records, bulk: Bulk) -> pa.Table:
    table = records.topics
    record = table["record"].to_numpy()
    kept = np.flatnonzero(records.sound[record])
    table = table.take(kept)
    return pa.table(
        {
            "article": bulk.files[record[kept]],
            "topic": table["topic"],
            "topic_position": table["place"].cast(pa.int32()),
        }
    )


def _mentions(bulk: Bulk, items: _Items, sound: Mask) -> MentionColumns:
    kept = np.repeat(sound, bulk.counts)
    first = np.cumsum(bulk.counts) - bulk.counts
    position = np.arange(len(bulk.listed)) - np.repeat(first, bulk.counts) + 1
    article = np.repeat(bulk.files, bulk.counts)
    return MentionColumns(article[kept], position[kept], bulk.listed[kept], items.values)


def _own_images(owner: str, images: _Images, sound: Mask, bulk: Bulk) -> ImageColumns:
    images = images.of(np.flatnonzero(sound[images.record]))
    return ImageColumns(owner, bulk.files[images.record], None, images.columns)


def _related_images(bulk: Bulk, items: _Items, sound: Mask) -> ImageColumns:
    mentions = _mentions(bulk, items, sound)
    return mentions.images(items.images.record, items.images.columns)
