"""A bad field costs the field and leaves a finding that says where it is."""

from __future__ import annotations

import pytest

from pipeline.core.records import Value
from pipeline.transform.fields import Fields


def test_a_bad_value_is_null_and_a_finding() -> None:
    fields = Fields({"quality": "high", "heat": "7"}, [], ("related", 2))
    assert (fields.integer("quality"), fields.integer("heat"), fields.integer("absent")) == (
        None,
        7,
        None,
    )
    (finding,) = fields.findings
    assert (finding.code, finding.path) == ("invalid_integer", ("related", 2, "quality"))
    assert finding.raw_value == "high"


@pytest.mark.parametrize(
    ("value", "items", "code"),
    [(["a"], ["a"], None), (None, [], None), ("", [], None), ("a", [], "invalid_list")],
)
def test_a_list(value: Value, items: list[Value], code: str | None) -> None:
    fields = Fields({"topics": value}, [])
    assert fields.list("topics") == items
    assert [finding.code for finding in fields.findings] == ([code] if code else [])


@pytest.mark.parametrize(
    ("value", "code"), [({"name": "K"}, None), ("", None), (["a"], "invalid_mapping")]
)
def test_a_mapping_knows_its_path_and_shares_the_findings(value: Value, code: str | None) -> None:
    fields = Fields({"provider": value}, [])
    inner = fields.mapping("provider")
    assert inner.text("name") == ("K" if isinstance(value, dict) else None)
    assert [finding.code for finding in fields.findings] == ([code] if code else [])
    inner.note("invalid_text", "name", "x", "a message")
    assert fields.findings[-1].path == ("provider", "name")


@pytest.mark.parametrize(
    ("value", "there"), [("x", True), (" ", False), (None, False), ([], False), ([None], True)]
)
def test_whether_a_field_holds_anything(value: Value, there: bool) -> None:
    assert Fields({"amp": value}, []).has("amp") is there


def test_unknown_fields_are_kept_but_for_what_is_secured() -> None:
    fields = Fields({"title": "T", "mood": "m", "Secured": "S", "sec\u200bured": "S"}, [])
    assert fields.unknown({"title"}, {}) == {"mood": "m"}


def test_unknown_fields_within_known_ones_replace_these_unless_there_are_none() -> None:
    fields = Fields({"provider": {"name": "K", "mood": "m"}, "images": []}, [])
    nested: dict[str, dict[str, Value]] = {"provider": {"mood": "m"}, "images": {}}
    assert fields.unknown({"provider", "images"}, nested) == {"provider": {"mood": "m"}}


def test_a_finding_in_a_nested_mapping_has_the_whole_path() -> None:
    fields = Fields({"provider": {"founded": "x"}}, [], ("related", 1))
    assert fields.mapping("provider").integer("founded") is None
    assert [each.path for each in fields.findings] == [("related", 1, "provider", "founded")]
