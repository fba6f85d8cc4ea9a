"""What a configuration says of forms, marks and columns."""

from __future__ import annotations

import pytest

from pipeline.core.configuration import CONTRACT, Configuration, Way

JSON = Configuration(forms=("json", "json_lines"))


@pytest.mark.parametrize(
    ("path", "form", "is_json"),
    [
        ("a/b.json", "json", True),
        ("a.JSONL", "json_lines", True),
        ("a.ndjson", "json_lines", True),
        ("a.jsonl#12", None, True),
        ("a.json#b", None, False),
        ("json", None, False),
        ("a.json/b", None, False),
        ("a#1.json", "json", True),
    ],
)
def test_json_goes_by_name(path: str, form: str | None, is_json: bool) -> None:
    assert (JSON.form_of(path), JSON.is_json(path)) == (form, is_json)
    assert (CONTRACT.form_of(path), CONTRACT.is_json(path)) == (None, False)


def test_a_mark_is_any_text_or_one_of_those_given() -> None:
    assert CONTRACT.is_marked([" news "])
    assert not CONTRACT.is_marked(["&nbsp;"])
    posts = Configuration(marker_values=("post", "note"))
    assert posts.is_marked(["page", " note"])
    assert not posts.is_marked(["page"])


def test_what_means_no_value() -> None:
    some = Configuration(nulls={"any": ("N/A",), "type": ("-",)})
    assert some.is_null("type", " - ")
    assert some.is_null("title", "N/A")
    assert not some.is_null("title", "-")


@pytest.mark.parametrize(
    ("fields", "marker", "columns"),
    [
        ({}, ("category",), {}),
        ({"title": (("h",),)}, ("h",), {"h": "title"}),
        ({"title": ()}, ("h",), {}),
        ({"images.url": (("i",),)}, ("h",), {"i": "images"}),
        ({"title": (("h",), ("k",))}, ("h",), None),
        ({"title": (("p", "h"),)}, ("h",), None),
        ({"title": (("h",),), "excerpt": (("h",),)}, ("h",), None),
        ({"title": (("no: key",),)}, ("h",), None),
        ({"provider.domain": (("d",),)}, ("h",), None),
        ({"related": ()}, ("h",), {}),
        ({"related": (("r",),)}, ("h",), None),
        ({"topics": (("tags",),)}, ("tags",), None),
        ({}, ("provider", "domain"), None),
    ],
)
def test_which_fields_can_be_read_as_columns(
    fields: dict[str, tuple[Way, ...]], marker: Way, columns: dict[str, str] | None
) -> None:
    assert Configuration(fields=fields, marker=marker).columns == columns


def test_where_the_texts_of_a_mark_are() -> None:
    some = Configuration(fields={"publishedDateTime": (("date",),), "type": ()})
    assert some.column_of(("date",)) == "publishedDateTime"
    assert some.column_of(("title",)) == "title"
    assert some.column_of(("type",)) is None
    assert some.column_of(("layout",)) is None
    assert some.column_of(("params", "kind")) is None


def test_what_an_archive_lacks() -> None:
    some = Configuration(fields={"ampWebUrl": (), "related": (), "topics": (("tags",),)})
    assert some.lacking_columns == ("related_count",)
    both = Configuration(fields={"ampWebUrl": (), "cdnAmpWebUrl": ()})
    assert both.lacking_columns == ("has_amp",)
    assert CONTRACT.lacking_columns == ()
    assert Configuration(fields={"images": ()}).lacking_columns == ("image_count",)
    addresses = Configuration(fields={"images": (), "images.url": (("photo",),)})
    assert addresses.lacking_columns == ()
    assert Configuration(fields={"images.url": ()}).lacking_columns == ()
