"""Related items: one entry of a `related` list → its row, images and unknown fields."""

from __future__ import annotations

from typing import Any, NamedTuple

from pipeline.core.limits import Limits
from pipeline.core.records import Value
from pipeline.core.urls import canonical_url
from pipeline.transform.fields import Fields
from pipeline.transform.images import cast_images

KNOWN = frozenset(
    ("title", "excerpt", "publishedDateTime", "webUrl", "originalUrl", "ampWebUrl", "cdnAmpWebUrl")
    + ("type", "provider", "quality", "images", "secured")
)
KNOWN_PROVIDER = frozenset(("name", "domain", "secured"))


class RelatedItem(NamedTuple):
    """One item: the values of its row that do not depend on the article, the rows of its images,
    and its unknown fields."""

    values: dict[str, Any]
    images: list[dict[str, Any]]
    extra: dict[str, Value]


def common_values(
    fields: Fields, provider: Fields, url: str | None, limits: Limits
) -> dict[str, Any]:
    """The columns that articles and related items share; times are seconds since 1970 in UTC."""
    domain = provider.short_text("domain", limits.max_name_length)
    return {
        "title": fields.short_text("title", limits.max_title_length),
        "excerpt": fields.text("excerpt"),
        "published_at": fields.timestamp("publishedDateTime"),
        "type": fields.text("type"),
        "url": url,
        "canonical_url": canonical_url(url) if url else None,
        "amp_url": fields.url("ampWebUrl"),
        "cdn_amp_url": fields.url("cdnAmpWebUrl"),
        "provider_domain": domain.lower() if domain else None,
        "provider_name": provider.short_text("name", limits.max_name_length),
        "quality": fields.integer("quality"),
    }


def cast_related(fields: Fields, limits: Limits) -> RelatedItem:
    """The typed item with these fields."""
    provider = fields.mapping("provider")
    url = fields.url("webUrl") or fields.url("originalUrl")
    images, image_extra = cast_images(fields)
    values = common_values(fields, provider, url, limits) | {"image_count": len(images)}
    nested: dict[str, dict[str, Value]] = {
        "provider": provider.unknown(KNOWN_PROVIDER, {}),
        "images": image_extra,
    }
    return RelatedItem(values, images, fields.unknown(KNOWN, nested))
