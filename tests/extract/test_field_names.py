"""Fields get the names of the contract, wherever they stand; all others are kept as written."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.core.configuration import CONTRACT, Configuration
from pipeline.core.records import FrontMatter, Value
from pipeline.extract.field_names import renamed


def read(fields: dict[str, Value], ways: dict[str, str | list[str]], **others: Any) -> FrontMatter:
    """A record whose fields are found at the dotted ways."""
    found = {
        field: tuple(
            tuple(way.split(".")) for way in ([given] if isinstance(given, str) else given)
        )
        for field, given in ways.items()
    }
    record = FrontMatter(fields, "The body.", (), {(key,): at for at, key in enumerate(fields, 2)})
    return renamed(record, Configuration(fields=found, **others))


A: Value = {"url": "a"}
B: Value = {"url": "b"}


def test_the_contract_changes_nothing() -> None:
    record = FrontMatter({"title": "Kelp"}, "", (), {})
    assert renamed(record, CONTRACT) is record


@pytest.mark.parametrize(
    ("fields", "ways", "named", "unmapped"),
    [
        # another name; the name of the contract is then that of some other field
        ({"h": "Kelp"}, {"title": "h"}, {"title": "Kelp"}, {}),
        ({"h": "Kelp", "title": "x"}, {"title": "h"}, {"title": "Kelp"}, {"title": "x"}),
        ({"h": None}, {"title": "h"}, {}, {}),
        # nested; what is beside it stays
        ({"p": {"h": "Kelp", "x": "1"}}, {"title": "p.h"}, {"title": "Kelp"}, {"p": {"x": "1"}}),
        ({"p": {"h": "Kelp"}}, {"title": "p.h"}, {"title": "Kelp"}, {}),
        ({"p": {}, "q": "1"}, {"title": "p.h"}, {}, {"p": {}, "q": "1"}),
        ({"p": "text"}, {"title": "p.h"}, {}, {"p": "text"}),
        # the first that has a value
        ({"a": "", "b": "K", "c": "x"}, {"title": ["a", "b", "c"]}, {"title": "K"}, {"c": "x"}),
        # no record has it
        ({"type": "post"}, {"type": []}, {}, {"type": "post"}),
        # of a list the first text
        ({"c": [" ", "sea", "ice"]}, {"category": "c"}, {"category": "sea"}, {}),
        ({"c": [{}]}, {"category": "c"}, {"category": [{}]}, {}),
        # provider: below, beside, and what stays of it
        ({"s": "a.example"}, {"provider.domain": "s"}, {"provider": {"domain": "a.example"}}, {}),
        (
            {"provider": {"domain": "a", "name": "A", "x": "1"}, "s": "b"},
            {"provider.domain": "s"},
            {"provider": {"domain": "b", "name": "A", "x": "1"}},
            {"provider": {"domain": "a"}},
        ),
        ({"provider": "A"}, {"provider.name": "provider"}, {"provider": {"name": "A"}}, {}),
        # addresses of images
        ({"i": "a.jpg"}, {"images.url": "i"}, {"images": [{"url": "a.jpg"}]}, {}),
        ({"i": ["a", {"url": "b"}]}, {"images.url": "i"}, {"images": [A, B]}, {}),
        ({"i": {"src": "a"}}, {"images.url": "i.src"}, {"images": [{"url": "a"}]}, {}),
        # lists as they are, through lists, too
        ({"tags": ["a", "b"]}, {"topics": "tags"}, {"topics": ["a", "b"]}, {}),
        ({"t": [A, B]}, {"topics": "t.url"}, {"topics": ["a", "b"]}, {"t": [A, B]}),
    ],
)  # fmt: skip
def test_where_fields_are_found(
    fields: dict[str, Value],
    ways: dict[str, str | list[str]],
    named: dict[str, Value],
    unmapped: dict[str, Value],
) -> None:
    record = read(fields, ways)
    assert (record.fields, record.unmapped) == (named, unmapped)
    assert record.body == "The body."


def test_a_body_is_joined_of_the_texts_of_lists() -> None:
    sections: Value = [{"p": ["One.", " "]}, {"p": "Two."}, "no section"]
    assert read({"s": sections}, {"body": "s.p"}).body == "One.\n\nTwo."
    assert read({}, {"body": "s.p"}).body == "The body."


def test_topics_may_be_one_text() -> None:
    assert read({"tags": "a,b"}, {"topics": "tags"}, topic_separator=",").fields == {
        "topics": ["a", "b"]
    }
    assert read({"topics": "a b"}, {}, topic_separator=" ").fields == {"topics": ["a", "b"]}
    assert read({"tags": "a,b"}, {"topics": "tags"}).fields == {"topics": "a,b"}


def test_lines_and_names_are_those_of_the_file() -> None:
    record = read({"a": "", "p": {"d": "x"}}, {"provider.domain": "p.d", "title": ["t", "a"]})
    assert record.as_written(("provider", "domain")) == ("p", "d")
    assert record.line(("provider", "domain")) == 3
    assert record.as_written(("title",)) == ("t",)
    assert record.as_written(("related", 0, "title")) == ("related", 0, "title")
