"""Articles: one front-matter record with a category → its row, topics, images, related items."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.core.errors import FileRejected
from pipeline.core.limits import Limits
from pipeline.core.records import FrontMatter, Value, dotted
from pipeline.core.text import clean_text, count_words
from pipeline.core.urls import canonical_url
from pipeline.transform.fields import Fields, Finding
from pipeline.transform.images import Image, cast_images
from pipeline.transform.related_items import domain_of

HEAT_NOT_MEASURED = -1
KNOWN = frozenset(
    ("category", "title", "excerpt", "publishedDateTime", "updatedDateTime", "webUrl")
    + ("originalUrl", "ampWebUrl", "cdnAmpWebUrl", "type", "quality", "heat", "published")
    + ("removed", "featuredContent", "provider", "topics", "images", "related", "secured")
)
KNOWN_PROVIDER = frozenset(("name", "domain", "images", "secured"))
_DATED_NAME = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)", re.ASCII)


class ArticleRow(NamedTuple):
    """One row of `articles`; times are seconds since 1970 in UTC."""

    article_id: str
    source_path: str
    collection: str | None
    slug: str
    category: str
    type: str | None
    title: str
    excerpt: str | None
    published_at: int
    published_date: int
    updated_at: int | None
    url: str
    web_url: str | None
    original_url: str | None
    amp_url: str | None
    cdn_amp_url: str | None
    canonical_url: str
    provider_domain: str
    provider_name: str | None
    quality: int | None
    heat: int | None
    is_published: bool | None
    is_removed: bool | None
    topic_count: int
    image_count: int
    related_count: int
    has_amp: bool
    has_featured_content: bool
    has_secured: bool
    body_text: str | None
    body_word_count: int


class Listed(NamedTuple):
    """The items of a `related` list that are mappings, and the position of each."""

    positions: Sequence[int]
    items: Sequence[dict[str, Value]]


@dataclass(frozen=True, slots=True)
class Article:
    """One article and what hangs on it; positions count from 1 in the raw lists.

    `extra` holds the unknown fields; those of related items are still to be added to it.
    """

    row: ArticleRow
    topics: list[tuple[str, int]]
    images: list[Image]
    provider_images: list[Image]
    related: Listed
    extra: dict[str, Value]
    findings: list[Finding]


_DIGEST_CHARACTERS = 24

ID_CHARACTERS = 9 + _DIGEST_CHARACTERS
"""The length of every id that `record_id` gives."""


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


def _refuse_incomplete(found: Mapping[str, object], findings: list[Finding]) -> None:
    """Errors: `FileRejected` for the first required field that is absent or unusable."""
    for name, value in found.items():
        if value is not None:
            continue
        for finding in findings:
            if dotted(finding.path) == name:
                raise FileRejected(
                    "invalid_field", finding.message, field=name, raw_value=finding.raw_value
                )
        raise FileRejected("missing_field", f"{name} is required", field=name)


def _topics(fields: Fields, limits: Limits) -> list[tuple[str, int]]:
    topics: dict[str, int] = {}
    listed = Fields({}, fields.findings, (*fields.path, "topics"))
    values, most = fields.list("topics"), limits.max_topics
    if len(values) > most:
        message = f"{len(values):,} topics; those beyond {most:,} are dropped"
        listed.note("too_many_topics", most, values[most], message)
    for place, value in enumerate(values[:most]):
        if value is None:
            continue
        if not isinstance(value, str):
            listed.note("invalid_item", place, value, "a topic is one text; it is dropped")
            continue
        topic = clean_text(value)
        if topic is None:
            continue
        if len(topic) > limits.max_name_length:
            message = f"{len(topic):,} characters; the limit is {limits.max_name_length:,}"
            listed.note("text_too_long", place, value, message)
            continue
        if topic in topics:
            listed.note("duplicate_topic", place, value, f"also at place {topics[topic]}")
            continue
        topics[topic] = place + 1
    return list(topics.items())


def _related(fields: Fields) -> Listed:
    listed = fields.list("related")
    items = [value for value in listed if isinstance(value, dict)]
    if len(items) == len(listed):
        return Listed(range(1, len(items) + 1), items)
    notes = Fields({}, fields.findings, (*fields.path, "related"))
    for place, value in enumerate(listed):
        if not isinstance(value, dict) and value is not None:
            notes.note("invalid_item", place, value, "a related item is a mapping; it is dropped")
    positions = [place + 1 for place, value in enumerate(listed) if isinstance(value, dict)]
    return Listed(positions, items)


def _extra(
    fields: Fields, provider: Fields, images: dict[str, Value], provider_images: dict[str, Value]
) -> dict[str, Value]:
    extra = fields.unknown(KNOWN)
    provider_extra = provider.unknown(KNOWN_PROVIDER)
    if provider_images:
        provider_extra["images"] = provider_images
    if provider_extra:
        extra["provider"] = provider_extra
    if images:
        extra["images"] = images
    return extra


def place_of(source_path: str) -> tuple[str | None, str]:
    """Collection and slug: the parent folder without leading `_`; the file's stem without date."""
    folder, _, name = source_path.rpartition("/")
    collection = folder.rpartition("/")[2].lstrip("_")
    stem = name.rpartition(".")[0] or name
    dated = _DATED_NAME.match(stem)
    return collection or None, (stem[dated.end() :].lstrip("-_ ") if dated else stem) or stem


@dataclass(frozen=True, slots=True)
class _Required:
    """What no article may lack, with its variants; `url` is webUrl, else originalUrl."""

    category: str
    title: str
    published_at: int
    domain: str
    provider_name: str | None
    url: str
    web_url: str | None
    original_url: str | None


def _required(fields: Fields, provider: Fields, limits: Limits) -> _Required:
    """The required fields. Errors: `FileRejected` missing_field or invalid_field."""
    category = fields.text("category")
    title = fields.short_text("title", limits.max_title_length)
    published_at, domain = fields.timestamp("publishedDateTime"), domain_of(provider, limits)
    web_url, original_url = fields.url("webUrl"), fields.url("originalUrl")
    url = web_url or original_url
    url_field = (
        "originalUrl" if fields.has("originalUrl") and not fields.has("webUrl") else "webUrl"
    )
    found = {
        "category": category,
        "title": title,
        "publishedDateTime": published_at,
        "provider.domain": domain,
        url_field: url,
    }
    _refuse_incomplete(found, fields.findings)
    if not (category and title and published_at is not None and url and domain):
        raise AssertionError("a required field passed unseen")
    name = provider.short_text("name", limits.max_name_length)
    return _Required(category, title, published_at, domain, name, url, web_url, original_url)


def cast_article(source_path: str, record: FrontMatter, limits: Limits) -> Article:
    """The article of one record. Errors: `FileRejected` missing_field or invalid_field."""
    fields = Fields(record.fields, [])
    provider = fields.mapping("provider")
    required = _required(fields, provider, limits)
    topics, related = _topics(fields, limits), _related(fields)
    images, image_extra = cast_images(fields)
    provider_images, provider_image_extra = cast_images(provider)
    counts = (len(topics), len(images), len(related.items))
    row = _row(source_path, required, fields, counts, clean_text(record.body))
    extra = _extra(fields, provider, image_extra, provider_image_extra)
    return Article(row, topics, images, provider_images, related, extra, fields.findings)


def _row(
    source_path: str,
    required: _Required,
    fields: Fields,
    counts: tuple[int, int, int],
    body: str | None,
) -> ArticleRow:
    """The row; `counts` are those of the topics, images and related items that were kept."""
    heat = fields.integer("heat")
    amp_url, cdn_amp_url = fields.url("ampWebUrl"), fields.url("cdnAmpWebUrl")
    return ArticleRow(
        record_id(source_path),
        source_path,
        *place_of(source_path),
        required.category,
        fields.text("type"),
        required.title,
        fields.text("excerpt"),
        required.published_at,
        required.published_at // 86_400,
        fields.timestamp("updatedDateTime"),
        required.url,
        required.web_url,
        required.original_url,
        amp_url,
        cdn_amp_url,
        canonical_url(required.url),
        required.domain,
        required.provider_name,
        fields.integer("quality"),
        None if heat == HEAT_NOT_MEASURED else heat,
        fields.boolean("published"),
        fields.boolean("removed"),
        *counts,
        has_amp=bool(amp_url or cdn_amp_url),
        has_featured_content=fields.has("featuredContent"),
        has_secured=fields.has("secured"),
        body_text=body,
        body_word_count=count_words(body) if body else 0,
    )
