"""Related items: one entry of a `related` list → its typed values and images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pipeline.records import Value
from pipeline.transform.fields import Fields, Finding
from pipeline.transform.images import Image, cast_images
from pipeline.urls import canonical_url

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


def domain_of(provider: Fields) -> str | None:
    """The provider's domain in lower case."""
    domain = provider.text("domain")
    return domain.lower() if domain else None


def cast_related(item: dict[str, Value]) -> RelatedItem:
    """The typed item; it depends on nothing but the text of the item."""
    fields = Fields(item, [])
    provider = fields.mapping("provider")
    url = fields.url("webUrl") or fields.url("originalUrl")
    images, image_extra = cast_images(fields)
    values = RelatedValues(
        fields.text("title"),
        fields.text("excerpt"),
        fields.timestamp("publishedDateTime"),
        fields.text("type"),
        url,
        canonical_url(url) if url else None,
        fields.url("ampWebUrl"),
        fields.url("cdnAmpWebUrl"),
        domain_of(provider),
        provider.text("name"),
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
