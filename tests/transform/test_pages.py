"""A page as a row and as paragraphs."""

from __future__ import annotations

from pipeline.core.arrow_schema import schema
from pipeline.core.records import Page, Paragraph
from pipeline.transform.pages import page_row, paragraph_rows

PAGE = Page(
    (
        Paragraph("headline", "Kelp grows", 2),
        Paragraph("body", "It rained.", 2),
        Paragraph("chrome", "Credits", 1),
        Paragraph("body", "It ended at last.", 4),
    ),
    headline="Kelp grows",
    quote_count=3,
)


def row(page: Page) -> dict[str, object]:
    return dict(zip(schema("pages").names, page_row("p1", "a.txt", page), strict=True))


def test_counts_and_text_are_of_the_body() -> None:
    found = row(PAGE)
    assert (found["page_id"], found["source_path"], found["headline"]) == (
        *("p1", "a.txt", "Kelp grows"),
    )
    assert (found["paragraph_count"], found["word_count"], found["quote_count"]) == (2, 6, 3)
    assert found["body_text"] == "It rained.\nIt ended at last."


def test_a_page_without_a_body_has_no_text() -> None:
    found = row(Page(PAGE.paragraphs[:1]))
    assert (found["paragraph_count"], found["word_count"], found["body_text"]) == (0, 0, None)


def test_positions_count_over_all_paragraphs() -> None:
    rows = paragraph_rows("p1", PAGE)
    assert [each[:3] for each in rows] == [
        ("p1", 1, "headline"),
        ("p1", 2, "body"),
        ("p1", 3, "chrome"),
        ("p1", 4, "body"),
    ]
