"""Paths as people write them, and the body of a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.records import Page, Paragraph, Path, Value, dotted, evidence, to_json


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("title",), "title"),
        (("related", 2, "quality"), "related[3].quality"),
        (("provider", "images", 0), "provider.images[1]"),
        (("", 0), '""[1]'),
        ((), ""),
    ],
)
def test_dotted(path: Path, text: str) -> None:
    assert dotted(path) == text


def test_the_body_of_a_page_is_its_paragraphs_of_that_role() -> None:
    roles = ("headline", "body", "chrome", "body")
    page = Page(tuple(Paragraph(role, role, 1) for role in roles))
    assert page.body == page.paragraphs[1::2]


VALUES: st.SearchStrategy[Value] = st.recursive(
    st.one_of(st.none(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["secured", "a", "b"]), inner, max_size=3),
    ),
    max_leaves=8,
)


@given(VALUES)
def test_json_and_evidence_never_show_what_is_secured(value: str) -> None:
    assert '"secured":' not in to_json(value)
    if not isinstance(value, str):
        assert evidence(value) == to_json(value)
