"""Related items: one entry of a `related` list → its typed values and images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pipeline.core.limits import Limits
from pipeline.core.records import Value
from pipeline.core.urls import canonical_url
from pipeline.transform.fields import Fields, Finding
from pipeline.transform.images import Image, cast_images

KNOWN = frozenset(
    ("title", "excerpt", "publishedDateTime", "webUrl", "originalUrl", "ampWebUrl", "cdnAmpWebUrl")
    + ("type", "provider", "quality", "images", "secured")
)
KNOWN_PROVIDER = frozenset(("name", "domain", "secured"))


class RelatedValues(NamedTuple):
    """The columns of one related item that do not depend on the article that lists it."""

    title: str | None
    excerpt: str | None
    published_at: int | None
    type: str | None
    url: str | None
    canonical_url: str | None
    amp_url: str | None
    cdn_amp_url: str | None
    provider_domain: str | None
    provider_name: str | None
    quality: int | None
    image_count: int


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """One item as every article that lists the same text sees it; findings are relative to it."""

    values: RelatedValues
    images: list[Image]
    extra: dict[str, Value]
    findings: list[Finding]


def domain_of(provider: Fields, limits: Limits) -> str | None:
    """The provider's domain in lower case."""
    domain = provider.short_text("domain", limits.max_name_length)
    return domain.lower() if domain else None


def cast_related(item: dict[str, Value], limits: Limits) -> RelatedItem:
    """The typed item; it depends on nothing but the text of the item and the limits."""
    fields = Fields(item, [])
    provider = fields.mapping("provider")
    url = fields.url("webUrl") or fields.url("originalUrl")
    images, image_extra = cast_images(fields)
    values = RelatedValues(
        fields.short_text("title", limits.max_title_length),
        fields.text("excerpt"),
        fields.timestamp("publishedDateTime"),
        fields.text("type"),
        url,
        canonical_url(url) if url else None,
        fields.url("ampWebUrl"),
        fields.url("cdnAmpWebUrl"),
        domain_of(provider, limits),
        provider.short_text("name", limits.max_name_length),
        fields.integer("quality"),
        len(images),
    )
    extra = fields.unknown(KNOWN)
    provider_extra = provider.unknown(KNOWN_PROVIDER)
    if provider_extra:
        extra["provider"] = provider_extra
    if image_extra:
        extra["images"] = image_extra
    return RelatedItem(values, images, extra, fields.findings)
