"""What a path says: the id with the date of the name, the collection, the slug."""

from __future__ import annotations

import hashlib

import pytest

from pipeline.transform.file_names import folder_and_slug, record_id


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("x/2024-05-01-b.md", "20240501"),
        ("2024-05-01.md", "20240501"),
        ("2024-05-011.md", "00000000"),
        ("2024-05-01/b.md", "00000000"),
    ],
)
def test_an_id_begins_with_the_date_of_the_name(path: str, date: str) -> None:
    digest = hashlib.sha256(path.encode()).hexdigest()
    assert record_id(path) == f"{date}-{digest[:24]}"


@pytest.mark.parametrize(
    ("path", "collection", "slug"),
    [
        ("a/_news/2024-05-01-b-c.md", "news", "b-c"),
        ("b.c.md", None, "b.c"),
        ("_/2024-05-01.md", None, "2024-05-01"),
        ("x/b", "x", "b"),
    ],
)
def test_collection_and_slug(path: str, collection: str | None, slug: str) -> None:
    assert folder_and_slug(path) == (collection, slug)
