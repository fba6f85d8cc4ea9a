"""Placeholders: what a path gives for each, and what becomes of a default where one is empty."""

from __future__ import annotations

from pipeline.transform.placeholders import empty_placeholders, filled, placeholders


def test_an_empty_folder_goes_with_its_slash() -> None:
    values = placeholders("a.md")
    assert filled("https://a.example/{folder}/{slug}/", values) == "https://a.example/a/"
    assert filled("in {folder}", values) is None
    assert empty_placeholders("{folder}/{date}{folder}{slug}", values) == ["date", "folder"]


def test_placeholders() -> None:
    assert placeholders("x/_news/2024-05-01-a-b.md") == {
        "path": "x/_news/2024-05-01-a-b.md",
        "folder": "x/_news",
        "page": "x/_news/2024-05-01-a-b",
        "collection": "news",
        "slug": "a-b",
        "date": "2024-05-01",
        "year": "2024",
        "month": "05",
        "day": "01",
    }
    assert placeholders("a.md")["date"] is None
    assert placeholders("x/index.md")["page"] == "x"
