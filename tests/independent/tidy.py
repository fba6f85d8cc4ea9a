"""Records → the rows of the tidy tables, as dictionaries by column."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from .records import RawRecord, raw_files, read
from .values import Fields, canonical, text_of

Row = dict[str, Any]
Tables = dict[str, list[Row]]

DATED = re.compile(r"(\d{4})-(\d\d)-(\d\d)-?")
KNOWN = {
    *("category", "title", "excerpt", "publishedDateTime", "updatedDateTime", "webUrl"),
    *("originalUrl", "ampWebUrl", "cdnAmpWebUrl", "type", "quality", "heat", "published"),
    *("removed", "featuredContent", "provider", "topics", "images", "related", "secured"),
}
MADE = (
    "files",
    "articles",
    "article_topics",
    "related_items",
    "images",
    "pages",
    "page_paragraphs",
)


def record_id(source_path: str) -> str:
    dated = DATED.match(PurePosixPath(source_path).name)
    day = "".join(dated.groups()) if dated else "00000000"
    return f"{day}-{hashlib.sha256(source_path.encode()).hexdigest()[:24]}"


def recount(raw: Path) -> Tables:
    """Every tidy table of a raw archive. `rejects` holds source_path, severity, code, field; of
    `pages` and `page_paragraphs` only what does not depend on the part a line plays."""
    tables: Tables = {name: [] for name in (*MADE, "rejects")}
    for source_path, data in raw_files(raw):
        record = read(source_path, data)
        add(tables, record)
        tables["files"].append(
            {
                "source_path": source_path,
                "kind": record.kind,
                "status": record.status,
                "reason": record.reason,
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "collected_at": None,
                "revised_at": None,
            }
        )
    resolve(tables)
    add_providers(tables)
    counted = Counter(row["topic"] for row in tables["article_topics"])
    tables["topics"] = [{"topic": t, "article_count": n} for t, n in counted.items()]
    return tables


def add(tables: Tables, record: RawRecord) -> None:
    warnings: list[tuple[str, str]] = []
    if record.status == "loaded" and record.kind == "page":
        add_page(tables, record)
    elif record.status == "loaded":
        fields = Fields(record.fields, "", lambda code, place: warnings.append((code, place)))
        article = article_of(record, fields)
        lacking = missing(article, {place for _, place in warnings})
        if lacking:
            record.status, record.reason = "rejected", lacking[0][0]
            warnings = []
            tables["rejects"].append(problem(record, *lacking[0], "error"))
        else:
            warnings += [("duplicate_key", place) for place in record.duplicates]
            add_article(tables, article, fields)
    elif record.status == "rejected":
        tables["rejects"].append(problem(record, str(record.reason), None, "error"))
    tables["rejects"] += [problem(record, *warning, "warning") for warning in warnings]


def problem(record: RawRecord, code: str, place: str | None, severity: str) -> Row:
    return {
        "source_path": record.source_path,
        "severity": severity,
        "code": code,
        "field": place,
    }


def article_of(record: RawRecord, fields: Fields) -> Row:
    path = PurePosixPath(record.source_path)
    published_at = fields.moment("publishedDateTime")
    web_url, original_url = fields.url("webUrl"), fields.url("originalUrl")
    url = web_url or original_url
    provider = fields.mapping("provider")
    heat = fields.integer("heat")
    amp, cdn_amp = fields.url("ampWebUrl"), fields.url("cdnAmpWebUrl")
    body = text_of(record.text)
    extra = {key: value for key, value in record.fields.items() if key not in KNOWN}
    return {
        "article_id": record_id(record.source_path),
        "source_path": record.source_path,
        "collection": path.parent.name.lstrip("_") or None,
        "slug": DATED.sub("", path.stem, count=1),
        "category": fields.text("category"),
        "type": fields.text("type"),
        "title": fields.text("title"),
        "excerpt": fields.text("excerpt"),
        "published_at": published_at,
        "published_precision": fields.precision("publishedDateTime"),
        "published_date": published_at.date() if published_at else None,
        "updated_at": fields.moment("updatedDateTime"),
        "url": url,
        "web_url": web_url,
        "original_url": original_url,
        "amp_url": amp,
        "cdn_amp_url": cdn_amp,
        "canonical_url": canonical(url) if url else None,
        "provider_domain": (provider.text("domain") or "").lower() or None,
        "provider_name": provider.text("name"),
        "quality": fields.integer("quality"),
        "heat": None if heat == -1 else heat,
        "is_published": fields.boolean("published"),
        "is_removed": fields.boolean("removed"),
        "has_amp": bool(amp or cdn_amp),
        "has_featured_content": bool(fields.text("featuredContent")),
        "has_secured": record.fields.get("secured") not in (None, ""),
        "body_text": body,
        "body_word_count": len((body or "").split()),
        "extra": json.dumps(extra, sort_keys=True) if extra else None,
    }


def missing(article: Row, warned: set[str]) -> list[tuple[str, str]]:
    """What a required field lacks: code and field."""
    wanted = (
        ("title", ("title",)),
        ("published_at", ("publishedDateTime",)),
        ("provider_domain", ("provider.domain",)),
        ("url", ("webUrl", "originalUrl")),
    )
    found = []
    for column, places in wanted:
        if article[column] is None:
            bad = [place for place in places if place in warned]
            found.append(("invalid_field", bad[0]) if bad else ("missing_field", places[0]))
    return found


def add_article(tables: Tables, article: Row, fields: Fields) -> None:
    article_id = article["article_id"]
    topics: dict[str, int] = {}
    for position, item in enumerate(fields.items("topics"), 1):
        if isinstance(item, list | dict):
            fields.warn("invalid_item", f"topics[{position}]")
        elif topic := text_of(item):
            if topic in topics:
                fields.warn("duplicate_topic", f"topics[{position}]")
            topics.setdefault(topic, position)
    tables["article_topics"] += [
        {"article_id": article_id, "topic": topic, "topic_position": position}
        for topic, position in topics.items()
    ]
    images = images_of(fields, article_id, "article", None)
    logos = images_of(fields.mapping("provider"), article_id, "provider", None)
    related = []
    for position, item in fields.mappings("related"):
        found = images_of(item, article_id, "related", position)
        tables["images"] += found
        related.append(related_of(item, article, position, len(found)))
    tables["images"] += images + logos
    tables["related_items"] += related
    counts = {"topic": len(topics), "image": len(images), "related": len(related)}
    tables["articles"].append(article | {f"{of}_count": n for of, n in counts.items()})


def related_of(item: Fields, article: Row, position: int, image_count: int) -> Row:
    published_at: datetime | None = item.moment("publishedDateTime")
    url = item.url("webUrl") or item.url("originalUrl")
    provider = item.mapping("provider")
    lag = published_at - article["published_at"] if published_at else None
    return {
        "article_id": article["article_id"],
        "related_position": position,
        "title": item.text("title"),
        "excerpt": item.text("excerpt"),
        "published_at": published_at,
        "type": item.text("type"),
        "url": url,
        "canonical_url": canonical(url) if url else None,
        "amp_url": item.url("ampWebUrl"),
        "cdn_amp_url": item.url("cdnAmpWebUrl"),
        "provider_domain": (provider.text("domain") or "").lower() or None,
        "provider_name": provider.text("name"),
        "quality": item.integer("quality"),
        "image_count": image_count,
        "lag_hours": None if lag is None else lag.total_seconds() / 3600,
    }


def images_of(fields: Fields, article_id: str, owner: str, related: int | None) -> list[Row]:
    prefix = f"r{related:06d}" if related else owner[0]
    rows = []
    for position, image in fields.mappings("images"):
        url = image.url("url")
        if url is None:
            fields.warn("image_without_url", image.path)
            continue
        width, height = image.size("width"), image.size("height")
        rows.append(
            {
                "image_id": f"{article_id}-{prefix}-{position:06d}",
                "article_id": article_id,
                "owner": owner,
                "related_position": related,
                "image_position": position,
                "url": url,
                "host": urlsplit(url).hostname,
                "is_relative": not urlsplit(url).scheme,
                "width": width,
                "height": height,
                "aspect_ratio": width / height if width and height else None,
                "megapixels": width * height / 1e6 if width and height else None,
                "title": image.text("title"),
                "attribution": image.text("attribution"),
                "is_cached": image.boolean("isCached"),
            }
        )
    return rows


def add_page(tables: Tables, record: RawRecord) -> None:
    page_id = record_id(record.source_path)
    tables["pages"].append({"page_id": page_id, "source_path": record.source_path})
    lines = [text for line in record.text.split("\n") if (text := text_of(line))]
    tables["page_paragraphs"] += [
        {
            "page_id": page_id,
            "paragraph_position": position,
            "text": line,
            "word_count": len(line.split()),
        }
        for position, line in enumerate(lines, 1)
    ]


def resolve(tables: Tables) -> None:
    """The article each related item is: the earliest of that URL, then the lowest id."""
    owner: dict[str, Row] = {}
    for article in tables["articles"]:
        former = owner.setdefault(article["canonical_url"], article)
        if (article["published_at"], article["article_id"]) < (
            former["published_at"],
            former["article_id"],
        ):
            owner[article["canonical_url"]] = article
    for item in tables["related_items"]:
        found = owner.get(item["canonical_url"])
        item["related_article_id"] = found["article_id"] if found else None


def add_providers(tables: Tables) -> None:
    zero = {"article_count": 0, "mention_count": 0}
    names: dict[tuple[str, str], Row] = defaultdict(zero.copy)
    domains: dict[str, Row] = defaultdict(zero.copy)
    moments: dict[str, list[datetime]] = defaultdict(list)
    for table, count in (("articles", "article_count"), ("related_items", "mention_count")):
        for row in tables[table]:
            if row["provider_domain"] is None:
                continue
            domains[row["provider_domain"]][count] += 1
            if row["provider_name"] is not None:
                names[row["provider_domain"], row["provider_name"]][count] += 1
            if table == "articles":
                moments[row["provider_domain"]].append(row["published_at"])
    tables["provider_names"] = [
        {"provider_domain": domain, "provider_name": name, **count}
        for (domain, name), count in names.items()
    ]
    tables["providers"] = []
    for domain, count in domains.items():
        its_names = [row for row in tables["provider_names"] if row["provider_domain"] == domain]
        its_names.sort(
            key=lambda row: (-row["article_count"], -row["mention_count"], row["provider_name"])
        )
        tables["providers"].append(
            {
                "provider_domain": domain,
                "provider_name": its_names[0]["provider_name"] if its_names else None,
                "name_count": len(its_names),
                **count,
                "first_published_at": min(moments[domain], default=None),
                "last_published_at": max(moments[domain], default=None),
            }
        )
