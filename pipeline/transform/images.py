"""Images: the list of one article, related item or provider → one row an image."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.core.records import Value
from pipeline.core.urls import host_of
from pipeline.transform.fields import Fields

KNOWN = frozenset(("url", "width", "height", "title", "attribution", "isCached"))


class Image(NamedTuple):
    """One image as listed; `position` counts from 1 in the raw list."""

    position: int
    url: str
    host: str | None
    is_relative: bool
    width: int | None
    height: int | None
    aspect_ratio: float | None
    megapixels: float | None
    title: str | None
    attribution: str | None
    is_cached: bool | None


def _size(image: Fields, key: str) -> int | None:
    pixels = image.integer(key)
    if pixels is not None and pixels < 0:
        image.note("integer_out_of_range", key, str(pixels), "a size in pixels is not negative")
        return None
    return pixels


def _cast(position: int, image: Fields) -> Image | None:
    url = image.url("url")
    if url is None:
        return None
    width, height = _size(image, "width"), _size(image, "height")
    return Image(
        position,
        url,
        *host_of(url),
        width,
        height,
        width / height if width and height else None,
        width * height / 1_000_000 if width and height else None,
        image.text("title"),
        image.text("attribution"),
        image.boolean("isCached"),
    )


def cast_images(owner: Fields) -> tuple[list[Image], dict[str, Value]]:
    """The images of `owner`, and the unknown fields of each by its place.

    An item that is no mapping, or has no url, is dropped with a finding.
    """
    images: list[Image] = []
    extra: dict[str, Value] = {}
    listed = Fields({}, owner.findings, (*owner.path, "images"))
    for place, item in enumerate(owner.list("images")):
        if item is None:
            continue
        if not isinstance(item, dict):
            listed.note("invalid_item", place, item, "an image is a mapping; it is dropped")
            continue
        fields = Fields(item, owner.findings, (*listed.path, place))
        image = _cast(place + 1, fields)
        if image is None:
            listed.note("image_without_url", place, item, "an image without url is dropped")
            continue
        images.append(image)
        unknown = fields.unknown(KNOWN)
        if unknown:
            extra[str(place + 1)] = unknown
    return images, extra
