"""Archives in which the truth is known, because it was planted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from pipeline.build.run import build
from pipeline.sample.front_matter import front_matter

START = datetime(2024, 1, 1, 6)
SYLLABLES = ("bra", "del", "fen", "gru", "hol", "kem", "lor", "mav", "nis", "ost", "pyr", "tuv")

Figures = list[tuple[str, str, str]]
"""What is measured, how much it is, and how much it should be."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One article: articles of one `story` have the same words, those of others share none.

    `lists` are the places in the archive of the articles that it lists.
    """

    outlet: str
    story: int
    published: str
    lists: tuple[int, ...] = ()


def moment(story: int, minutes: float) -> str:
    """A time so long after the start of a story; a story starts three days after the former."""
    return f"{(START + timedelta(days=3 * story, minutes=minutes)).isoformat('T', 'seconds')}Z"


def words(story: int, count: int) -> str:
    """Invented words that no other story has."""
    random = Random(story)
    return " ".join(
        "".join(random.choices(SYLLABLES, k=2)) + f"x{story:x}x" + random.choice(SYLLABLES)
        for _ in range(count)
    )


def record(article: Planted, number: int) -> dict[str, Any]:
    """The front matter of an article but for what it lists."""
    return {
        "category": "news",
        "title": words(article.story, 7),
        "excerpt": words(article.story, 30),
        "publishedDateTime": article.published,
        "webUrl": f"https://{article.outlet}/{number}",
        "type": "article",
        "provider": {"name": article.outlet, "domain": article.outlet},
    }


def write_archive(folder: Path, articles: Sequence[Planted]) -> Path:
    """Write one file for each article; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    records = [record(article, number) for number, article in enumerate(articles)]
    for number, article in enumerate(articles):
        related = [records[listed] for listed in article.lists]
        items = [{key: item[key] for key in item if key != "category"} for item in related]
        text = front_matter(records[number] | {"related": items or None})
        (folder / f"{number:05}.md").write_text(f"---\n{text}---\n", encoding="utf-8")
    return folder


def built(folder: Path, articles: Sequence[Planted]) -> duckdb.DuckDBPyConnection:
    """The build of an archive of these articles, open for reading."""
    raw, out = write_archive(folder / "raw", articles), folder / "out"
    build(raw, out, workers=1)
    return duckdb.connect(str(out / "analytics.duckdb"), read_only=True)
