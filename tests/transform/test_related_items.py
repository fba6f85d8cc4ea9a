"""One related item, cast without knowing the article that lists it."""

from __future__ import annotations

from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.records import Value
from pipeline.transform.fields import Fields, Finding
from pipeline.transform.related_items import RelatedItem, cast_related

ITEM: dict[str, Value] = {
    "title": "Moss",
    "webUrl": "HTTPS://moss.example/1?utm_source=x",
    "publishedDateTime": "1970-01-02",
    "quality": "high",
    "provider": {"name": "Moss", "domain": "Moss.Example", "mood": "m"},
    "images": [{"url": "/a", "mood": "n"}, {"url": "/b"}],
    "secured": "S",
    "mood": "o",
}


def cast(item: dict[str, Value], limits: Limits) -> tuple[RelatedItem, list[Finding]]:
    fields = Fields(item, [], ("related", 1))
    return cast_related(fields, limits), fields.findings


def test_the_values_of_an_item() -> None:
    item, _ = cast(ITEM, DEFAULT_LIMITS)
    values = item.values
    assert values["url"] == ITEM["webUrl"]
    assert values["canonical_url"] == "https://moss.example/1"
    assert (values["provider_domain"], values["provider_name"]) == ("moss.example", "Moss")
    assert (values["published_at"], values["quality"], values["image_count"]) == (86_400, None, 2)
    assert [image["url"] for image in item.images] == ["/a", "/b"]


def test_what_has_no_column_is_kept_and_what_is_bad_is_found() -> None:
    item, findings = cast(ITEM, DEFAULT_LIMITS)
    assert item.extra == {
        "mood": "o",
        "provider": {"mood": "m"},
        "images": {"1": {"mood": "n"}},
    }
    (finding,) = findings
    assert (finding.code, finding.path) == ("invalid_integer", ("related", 1, "quality"))


def test_the_original_url_stands_in() -> None:
    item, _ = cast({"webUrl": "", "originalUrl": "/a"}, DEFAULT_LIMITS)
    assert (item.values["url"], item.values["canonical_url"]) == ("/a", "/a")


def test_what_is_too_long_is_dropped() -> None:
    item, findings = cast(ITEM, Limits(max_title_length=3, max_name_length=4))
    names = ("title", "provider_domain", "provider_name")
    assert [item.values[name] for name in names] == [None, None, "Moss"]
    assert [each.code for each in findings].count("text_too_long") == 2
