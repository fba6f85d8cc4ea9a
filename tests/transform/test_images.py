"""Images of one list: a row each, with their positions in it."""

from __future__ import annotations

from typing import Any

from pipeline.core.records import Value
from pipeline.transform.fields import Fields
from pipeline.transform.images import cast_images


def cast(*items: Value) -> tuple[list[dict[str, Any]], dict[str, Value], list[str]]:
    fields = Fields({"images": list(items)}, [])
    images, extra = cast_images(fields)
    return images, extra, [f"{each.code} {each.path}" for each in fields.findings]


def test_an_image_is_measured() -> None:
    url = "https://kelp.example/a.jpg"
    ((image,), extra, problems) = cast({"url": url, "width": "400", "height": "200"})
    assert image == {
        **{"image_position": 1, "url": url, "host": "kelp.example", "is_relative": False},
        **{"width": 400, "height": 200, "aspect_ratio": 2.0, "megapixels": 0.08},
        **{"title": None, "attribution": None, "is_cached": None},
    }
    assert (extra, problems) == ({}, [])


def test_without_both_sizes_there_is_no_ratio() -> None:
    flat: dict[str, Value] = {"url": "/b", "width": "3", "height": "0"}
    images, _, problems = cast({"url": "/a", "width": "3"}, flat)
    measured = ("aspect_ratio", "megapixels", "is_relative")
    assert [tuple(each[name] for name in measured) for each in images] == [(None, None, True)] * 2
    assert problems == []


def test_what_is_no_image_is_dropped_and_the_positions_stay() -> None:
    images, _, problems = cast("text", None, {"width": "3"}, {"url": "/a", "height": "-1"})
    assert [(each["image_position"], each["height"]) for each in images] == [(4, None)]
    assert problems == [
        "invalid_item ('images', 0)",
        "image_without_url ('images', 2)",
        "integer_out_of_range ('images', 3, 'height')",
    ]


def test_unknown_fields_go_by_the_position() -> None:
    _, extra, _ = cast({"url": "/a"}, {"url": "/b", "mood": "m", "secured": "S"})
    assert extra == {"2": {"mood": "m"}}
