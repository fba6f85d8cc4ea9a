"""Paths as people write them, and the body of a page."""

from __future__ import annotations

import pytest

from pipeline.core.records import Page, Paragraph, Path, dotted


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
