"""Articles: one front-matter record with a category → its row, topics, images, related items."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from pipeline.core.errors import FileRejected
from pipeline.core.limits import Limits
from pipeline.core.records import FrontMatter, Value, dotted
from pipeline.core.text import clean_text, count_words
from pipeline.transform.casts import to_json
from pipeline.transform.fields import Fields, Finding
from pipeline.transform.images import cast_images
from pipeline.transform.related_items import cast_related, common_values

HEAT_NOT_MEASURED = -1
KNOWN = frozenset(
    ("category", "title", "excerpt", "publishedDateTime", "updatedDateTime", "webUrl")
    + ("originalUrl", "ampWebUrl", "cdnAmpWebUrl", "type", "quality", "heat", "published")
    + ("removed", "featuredContent", "provider", "topics", "images", "related", "secured")
)
KNOWN_PROVIDER = frozenset(("name", "domain", "images", "secured"))
_DATED_NAME = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Article:
    """The rows of one article; positions count from 1 in the raw lists, times are seconds since
    1970 in UTC. `images` lack the number of the article only, and so do `topics` and `related`."""

    row: dict[str, Any]
    topics: list[dict[str, Any]]
    images: list[dict[str, Any]]
    related: list[dict[str, Any]]
    findings: list[Finding]


_DIGEST_CHARACTERS = 24


def record_id(source_path: str) -> str:
    """The id of the article or page in a file: `YYYYMMDD-` and 24 hex digits.

    The date is the one that opens the file name, zeros where none does; the digits begin the
    SHA-256 of `source_path`. The same on every machine, and its order is roughly that of time.
    """
    name = source_path.rpartition("/")[2]
    dated = _DATED_NAME.match(name)
    date = "".join(dated.groups()) if dated else "00000000"
    digest = hashlib.sha256(source_path.encode()).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{date}-{digest}"


def _refuse_incomplete(row: dict[str, Any], fields: Fields) -> None:
    """Errors: `FileRejected` for the first required field that is absent or unusable."""
    is_original = fields.has("originalUrl") and not fields.has("webUrl")
    for name, column in (
        ("category", "category"),
        ("title", "title"),
        ("publishedDateTime", "published_at"),
        ("provider.domain", "provider_domain"),
        ("originalUrl" if is_original else "webUrl", "url"),
    ):
        if row[column] is not None:
            continue
        for finding in fields.findings:
            if dotted(finding.path) == name:
                raise FileRejected(
                    "invalid_field", finding.message, field=name, raw_value=finding.raw_value
                )
        raise FileRejected("missing_field", f"{name} is required", field=name)


def _topics(fields: Fields, limits: Limits) -> list[dict[str, Any]]:
    topics: dict[str, int] = {}
    listed = Fields({}, fields.findings, (*fields.path, "topics"))
    values, most = fields.list("topics"), limits.max_topics
    if len(values) > most:
        message = f"{len(values):,} topics; those beyond {most:,} are dropped"
        listed.note("too_many_topics", most, values[most], message)
    for index, value in enumerate(values[:most]):
        if value is None:
            continue
        if not isinstance(value, str):
            listed.note("invalid_item", index, value, "a topic is one text; it is dropped")
            continue
        topic = clean_text(value)
        if topic is None:
            continue
        if len(topic) > limits.max_name_length:
            message = f"{len(topic):,} characters; the limit is {limits.max_name_length:,}"
            listed.note("text_too_long", index, value, message)
            continue
        if topic in topics:
            listed.note("duplicate_topic", index, value, f"also at place {topics[topic]}")
            continue
        topics[topic] = index + 1
    return [{"topic": topic, "topic_position": at} for topic, at in sorted(topics.items())]


def _related(fields: Fields) -> dict[int, Fields]:
    """The items that are mappings, by position."""
    related: dict[int, Fields] = {}
    listed = Fields({}, fields.findings, (*fields.path, "related"))
    for index, value in enumerate(fields.list("related")):
        if isinstance(value, dict):
            related[index + 1] = Fields(value, fields.findings, (*listed.path, index))
        elif value is not None:
            listed.note("invalid_item", index, value, "a related item is a mapping; it is dropped")
    return related


def folder_and_slug(source_path: str) -> tuple[str | None, str]:
    """Collection and slug: the parent folder without leading `_`; the file's stem without date."""
    folder, _, name = source_path.rpartition("/")
    collection = folder.rpartition("/")[2].lstrip("_")
    stem = name.rpartition(".")[0] or name
    dated = _DATED_NAME.match(stem)
    return collection or None, (stem[dated.end() :].lstrip("-_ ") if dated else stem) or stem


def cast_article(source_path: str, record: FrontMatter, limits: Limits) -> Article:
    """The article of one record. Errors: `FileRejected` missing_field or invalid_field."""
    fields = Fields(record.fields, [])
    provider = fields.mapping("provider")
    web_url, original_url = fields.url("webUrl"), fields.url("originalUrl")
    row = common_values(fields, provider, web_url or original_url, limits)
    row |= {"web_url": web_url, "original_url": original_url, "category": fields.text("category")}
    _refuse_incomplete(row, fields)
    topics, listed = _topics(fields, limits), _related(fields)
    own, image_extra = cast_images(fields)
    of_provider, provider_image_extra = cast_images(provider)
    row |= _own_values(source_path, fields) | _body_values(record.body)
    row["published_date"] = row["published_at"] // 86_400
    row["has_amp"] = bool(row["amp_url"] or row["cdn_amp_url"])
    row |= {"topic_count": len(topics), "image_count": len(own), "related_count": len(listed)}
    items = {position: cast_related(each, limits) for position, each in listed.items()}
    nested: dict[str, dict[str, Value]] = {
        "provider": provider.unknown(KNOWN_PROVIDER, {"images": provider_image_extra}),
        "images": image_extra,
        "related": {str(at): item.extra for at, item in items.items() if item.extra},
    }
    extra = fields.unknown(KNOWN, nested)
    row["extra"] = to_json(extra) if extra else None
    images = [{"owner": "article", "related_position": None} | image for image in own]
    images += [{"owner": "provider", "related_position": None} | image for image in of_provider]
    for at, item in items.items():
        images += [{"owner": "related", "related_position": at} | image for image in item.images]
    related = [item.values | {"related_position": at} for at, item in items.items()]
    return Article(row, topics, images, related, fields.findings)


def _own_values(source_path: str, fields: Fields) -> dict[str, Any]:
    """The columns of an article that come from its path, and those that related items lack."""
    collection, slug = folder_and_slug(source_path)
    heat = fields.integer("heat")
    return {
        "article_id": record_id(source_path),
        "source_path": source_path,
        "collection": collection,
        "slug": slug,
        "updated_at": fields.timestamp("updatedDateTime"),
        "heat": None if heat == HEAT_NOT_MEASURED else heat,
        "is_published": fields.boolean("published"),
        "is_removed": fields.boolean("removed"),
        "has_featured_content": fields.has("featuredContent"),
        "has_secured": fields.has("secured"),
    }


def _body_values(body: str) -> dict[str, Any]:
    text = clean_text(body)
    return {"body_text": text, "body_word_count": count_words(text) if text else 0}
