"""Records as columns: what has the wrong shape is left out, with a finding that says where."""

from __future__ import annotations

import pytest

from pipeline.core.columnar import ColumnarFiles, ColumnarRecords, ListItems, Spans
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.records import FrontMatter, Path, Value
from pipeline.extract.front_matter.columns import as_columns


def columns_of(*records: dict[str, Value], limits: Limits = DEFAULT_LIMITS) -> ColumnarFiles:
    """Records of the files 3, 4 and so on."""
    read = (FrontMatter(fields, "", (), {}) for fields in records)
    return as_columns(dict(enumerate(read, start=3)), limits)


def values(records: ColumnarRecords, spans: Spans) -> list[str]:
    return [
        records.text[start:end].decode() for start, end in zip(spans.start, spans.end, strict=True)
    ]


def places(items: ListItems) -> list[tuple[int, int]]:
    return [*zip(items.record.tolist(), items.position.tolist(), strict=True)]


def found(files: ColumnarFiles) -> list[tuple[int, str, Path, str]]:
    return [(each.record, each.code, each.path, each.raw_value) for each in files.findings]


def test_values_lists_and_the_record_of_each() -> None:
    files = columns_of(
        {
            "title": "One",
            "heat": None,
            "provider": {"name": "K\u00e4lp", "images": [{"url": "/p"}]},
        },
        {"title": "Two", "topics": ["a", None, "b"], "related": [{"title": "R"}, None, {}]},
    )
    records, lists = files.records, files.records.lists
    assert files.files.tolist() == [3, 4]
    assert values(records, records.fields["title"]) == ["One", "Two"]
    assert values(records, records.fields["heat"]) == ["", ""]
    assert values(records, records.fields["provider.name"]) == ["K\u00e4lp", ""]
    assert values(records, lists["provider.images"].fields["url"]) == ["/p"]
    assert values(records, lists["topics"].fields["topic"]) == ["a", "b"]
    assert places(lists["topics"]) == [(1, 1), (1, 3)]
    assert places(files.mentions) == [(1, 1), (1, 3)]
    assert values(files.items, files.items.fields["title"]) == ["R", ""]
    assert (files.listed.tolist(), found(files)) == ([0, 1], [])


@pytest.mark.parametrize(
    ("fields", "code", "path", "raw_value"),
    [
        ({"title": ["a"]}, "invalid_text", ("title",), '["a"]'),
        ({"provider": {"name": {}}}, "invalid_text", ("provider", "name"), "{}"),
        ({"provider": ["K"]}, "invalid_mapping", ("provider",), '["K"]'),
        ({"topics": "a"}, "invalid_list", ("topics",), "a"),
        ({"topics": ["a", ["b"]]}, "invalid_item", ("topics", 1), '["b"]'),
        ({"images": [None, "a"]}, "invalid_item", ("images", 1), "a"),
        ({"images": [{"width": "3"}]}, "image_without_url", ("images", 0), '{"width": "3"}'),
        ({"related": ["a"]}, "invalid_item", ("related", 0), "a"),
        (
            {"related": [{"provider": {"name": []}}]},
            *("invalid_text", ("related", 0, "provider", "name"), "[]"),
        ),
    ],
)
def test_what_has_the_wrong_shape(
    fields: dict[str, Value], code: str, path: Path, raw_value: str
) -> None:
    assert found(columns_of({}, fields)) == [(1, code, path, raw_value)]


def test_an_empty_text_is_neither_list_nor_mapping_nor_wrong() -> None:
    assert found(columns_of({"topics": "", "images": None, "provider": "", "related": ""})) == []


def test_topics_beyond_the_limit_are_dropped() -> None:
    files = columns_of({"topics": ["a", "b", "c", ["d"]]}, limits=Limits(max_topics=2))
    assert places(files.records.lists["topics"]) == [(0, 1), (0, 2)]
    assert found(files) == [(0, "too_many_topics", ("topics", 2), "c")]


@pytest.mark.parametrize("value", ["x", ["x"], {"a": "x"}])
def test_a_field_of_any_shape_is_only_present(value: Value) -> None:
    files = columns_of({"featuredContent": value}, {"featuredContent": []})
    spans = files.records.fields["featuredContent"]
    assert ((spans.end > spans.start).tolist(), found(files)) == ([True, False], [])


def test_unknown_fields_are_nested_as_in_extra_but_for_what_is_secured() -> None:
    provider: dict[str, Value] = {"logo": "/l", "images": [{"url": "/p", "dpi": "72"}]}
    files = columns_of(
        {"title": "One", "images": [], "provider": {"name": "K"}},
        {"mood": ["m"], "Secured": "S", "sec\u200bured": "S", "provider": provider},
        {"images": [{"url": "/1", "secured": "S"}, {"alt": ""}, {"url": "/3", "alt": ""}]},
        {"related": [{"heat": "3", "provider": {"images": []}}]},
    )
    assert files.records.extra == {
        1: {"mood": ["m"], "provider": {"logo": "/l", "images": {"1": {"dpi": "72"}}}},
        2: {"images": {"3": {"alt": ""}}},
    }
    assert files.items.extra == {0: {"heat": "3", "provider": {"images": []}}}
