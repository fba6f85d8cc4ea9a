"""Images of one list: a row each, with their positions in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.core.records import FrontMatter, Value
from pipeline.extract.front_matter.columns import as_columns
from pipeline.transform.images import Images, cast_images


def cast(*items: Value) -> Images:
    """The images of the provider of record 1; record 0 has none."""
    records = [FrontMatter(each, "", (), {}) for each in ({}, {"provider": {"images": [*items]}})]
    return cast_images(
        as_columns(dict(enumerate(records)), DEFAULT_LIMITS).records, "provider.images"
    )


def rows(images: Images) -> list[dict[str, Any]]:
    chosen = np.arange(len(images.record))
    return images.table("provider", chosen, images.record[chosen] + 40, None).to_pylist()


def test_an_image_is_measured() -> None:
    url = "https://kelp.example/a.jpg"
    images = cast({"url": url, "width": "400", "height": "200"})
    assert rows(images) == [
        {
            **{"article": 41, "owner": 1, "related_position": None, "image_position": 1},
            **{"url": url, "host": "kelp.example", "is_relative": False},
            **{"width": 400, "height": 200, "aspect_ratio": 2.0, "megapixels": 0.08},
            **{"title": None, "attribution": None, "is_cached": None},
        }
    ]
    assert images.findings == []


def test_without_both_sizes_there_is_no_ratio() -> None:
    images = cast({"url": "/a", "width": "3"}, {"url": "/b", "width": "3", "height": "0"})
    measured = ("aspect_ratio", "megapixels", "is_relative")
    assert [tuple(each[name] for name in measured) for each in rows(images)] == [
        (None, None, True)
    ] * 2
    assert images.findings == []


def test_a_negative_size_is_null_and_a_finding() -> None:
    images = cast("text", {"url": "/a", "width": "3", "height": "-1"})
    assert [(each["image_position"], each["height"]) for each in rows(images)] == [(2, None)]
    assert rows(images)[0]["aspect_ratio"] is None
    (finding,) = images.findings
    assert (finding.record, finding.code) == (1, "integer_out_of_range")
    assert finding.path == ("provider", "images", 1, "height")
