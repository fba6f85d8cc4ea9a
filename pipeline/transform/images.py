"""Images: the list of one article, related item or provider → one row an image."""

from __future__ import annotations

from typing import Any

from pipeline.core.records import Value
from pipeline.core.urls import host_of
from pipeline.transform.fields import Fields

KNOWN = frozenset(("url", "width", "height", "title", "attribution", "isCached"))


def _size(image: Fields, key: str) -> int | None:
    pixels = image.integer(key)
    if pixels is not None and pixels < 0:
        image.note("integer_out_of_range", key, str(pixels), "a size in pixels is not negative")
        return None
    return pixels


def _cast(position: int, image: Fields) -> dict[str, Any] | None:
    url = image.url("url")
    if url is None:
        return None
    host, is_relative = host_of(url)
    width, height = _size(image, "width"), _size(image, "height")
    return {
        "image_position": position,
        "url": url,
        "host": host,
        "is_relative": is_relative,
        "width": width,
        "height": height,
        "aspect_ratio": width / height if width and height else None,
        "megapixels": width * height / 1_000_000 if width and height else None,
        "title": image.text("title"),
        "attribution": image.text("attribution"),
        "is_cached": image.boolean("isCached"),
    }


def cast_images(owner: Fields) -> tuple[list[dict[str, Any]], dict[str, Value]]:
    """The rows of the images of `owner`, and the unknown fields of each by its position; positions
    count from 1 in the raw list.

    An item that is no mapping, or has no url, is dropped with a finding.
    """
    images: list[dict[str, Any]] = []
    extra: dict[str, Value] = {}
    listed = Fields({}, owner.findings, (*owner.path, "images"))
    for index, item in enumerate(owner.list("images")):
        if item is None:
            continue
        if not isinstance(item, dict):
            listed.note("invalid_item", index, item, "an image is a mapping; it is dropped")
            continue
        fields = Fields(item, owner.findings, (*listed.path, index))
        image = _cast(index + 1, fields)
        if image is None:
            listed.note("image_without_url", index, item, "an image without url is dropped")
            continue
        images.append(image)
        unknown = fields.unknown(KNOWN, {})
        if unknown:
            extra[str(index + 1)] = unknown
    return images, extra
