"""Pages: the text of one scraped page → its row and its paragraphs."""

from __future__ import annotations

from pipeline.core.records import Page


def page_row(page_id: str, source_path: str, page: Page) -> tuple[object, ...]:
    """Make the row of `pages`; counts and `body_text` are of the body paragraphs."""
    body = page.body
    return (
        page_id,
        source_path,
        page.section,
        page.headline,
        page.dek,
        page.dateline,
        page.copyright_year,
        page.copyright_holder,
        len(body),
        sum(paragraph.word_count for paragraph in body),
        page.quote_count,
        "\n".join(paragraph.text for paragraph in body) or None,
    )


def paragraph_rows(page_id: str, page: Page) -> list[tuple[object, ...]]:
    """Make the rows of `page_paragraphs`, positions from 1 over all paragraphs of the page."""
    return [
        (page_id, position, paragraph.role, paragraph.text, paragraph.word_count)
        for position, paragraph in enumerate(page.paragraphs, start=1)
    ]
