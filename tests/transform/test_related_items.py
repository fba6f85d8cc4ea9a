"""Related items are cast once, and expanded to all who list them."""

from __future__ import annotations

import numpy as np

from pipeline.core.columnar import ColumnarFiles
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.records import FrontMatter, Value
from pipeline.extract.columnar.reader import read_files
from pipeline.extract.front_matter.columns import as_columns
from pipeline.transform.related_items import RelatedItems

HEAD = "category: news\ntitle: T\npublishedDateTime: 2020-02-11\nwebUrl: /a\n"
ITEM = "- title: One\n  author: Tern\n  images:\n  - url: /1\n  - url: /2\n"
FIELDS: dict[str, Value] = {
    "title": "Moss",
    "webUrl": "HTTPS://moss.example/1?utm_source=x",
    "publishedDateTime": "1970-01-02",
    "quality": "high",
    "provider": {"name": "Moss", "domain": "Moss.Example", "mood": "m"},
    "images": [{"url": "/a", "mood": "n"}, {"url": "/b"}],
    "secured": "S",
    "mood": "o",
}


def files_of(*blocks: str) -> ColumnarFiles:
    """Records read all at once."""
    files = read_files([f"---\n{block}---\n".encode() for block in blocks], DEFAULT_LIMITS)
    assert files is not None
    return files


def cast(item: dict[str, Value], limits: Limits = DEFAULT_LIMITS) -> RelatedItems:
    """The one item of a record that was read by itself."""
    record = FrontMatter({"related": [None, item]}, "", (), {})
    return RelatedItems(as_columns({0: record}, limits), limits)


def row(related: RelatedItems) -> dict[str, object]:
    ((found,),) = (related.tables(np.array([True]))[0].to_pylist(),)
    return dict(found)


def test_the_values_of_an_item() -> None:
    values = row(cast(FIELDS))
    assert (values["article"], values["related_position"]) == (0, 2)
    assert values["url"] == FIELDS["webUrl"]
    assert values["canonical_url"] == "https://moss.example/1"
    assert (values["provider_domain"], values["provider_name"]) == ("moss.example", "Moss")
    assert (str(values["published_at"]), values["quality"]) == ("1970-01-02 00:00:00", None)
    assert values["image_count"] == 2


def test_what_has_no_column_is_kept_and_what_is_bad_is_found() -> None:
    related = cast(FIELDS)
    assert related.unknown_fields(0) == {
        "2": {"mood": "o", "provider": {"mood": "m"}, "images": {"1": {"mood": "n"}}}
    }
    (finding,) = related.findings
    assert (finding.record, finding.code, finding.path) == (0, "invalid_integer", ("quality",))


def test_the_original_url_stands_in() -> None:
    values = row(cast({"webUrl": "", "originalUrl": "/a"}))
    assert (values["url"], values["canonical_url"]) == ("/a", "/a")


def test_what_is_too_long_is_dropped() -> None:
    related = cast(FIELDS, Limits(max_title_length=3, max_name_length=4))
    names = ("title", "provider_domain", "provider_name")
    assert [row(related)[name] for name in names] == [None, None, "Moss"]
    assert [each.code for each in related.findings].count("text_too_long") == 2


def test_items_are_cast_once_and_expanded_to_all_who_list_them() -> None:
    files = files_of(
        f"{HEAD}related:\n- title: Two\n{ITEM}", HEAD, f"{HEAD}related:\n{ITEM}- quality: high\n"
    )
    assert len(files.items.is_read) == 3
    related = RelatedItems(files, DEFAULT_LIMITS)
    assert related.is_valid.tolist() == [True, True, False]
    assert related.every(related.is_valid).tolist() == [True, True, False]
    items, images = related.tables(np.array([True, True, True]))
    where = ["article", "related_position", "title", "image_count"]
    assert list(items.select(where).to_pydict().values()) == [
        [0, 0, 2, 2],
        [1, 2, 1, 2],
        ["Two", "One", "One", None],
        [0, 2, 2, 0],
    ]
    assert images["article"].to_pylist() == [0, 0, 2, 2]
    assert images["related_position"].to_pylist() == [2, 2, 1, 1]
    assert images["url"].to_pylist() == ["/1", "/2", "/1", "/2"]
    assert related.unknown_fields(0) == {"2": {"author": "Tern"}}
    assert related.unknown_fields(1) == {}
