"""Stories of small random archives, by SQL and by the recount: ties, chains and the 14 days."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.independent.events import story_articles, telling_words
from tests.sql_engine import Rows, answer

WORDS = [
    "ferry",
    "strike",
    "comet",
    "orchard",
    "council",
    "vote",
    "bridge",
    "toll",
    "choir",
    "mayor",
    "harbour",
    "pupils",
]
START = datetime(2024, 1, 1)


def random_archive(seed: int) -> dict[str, Rows]:
    draw = random.Random(seed)
    days = draw.choice((3, 20, 40))
    articles: Rows = []
    for n in range(60):
        article: dict[str, Any] = {"article_id": f"a{n:02}", "canonical_url": f"u{n}"}
        article["title"] = " ".join(draw.sample(WORDS, draw.randint(1, 4)))
        article["excerpt"] = draw.choice((None, " ".join(draw.sample(WORDS, 5))))
        article["provider_domain"] = draw.choice(("alpha.example", "beta.example"))
        article["provider_name"] = draw.choice((None, "A", "B"))
        article["published_at"] = START + timedelta(hours=draw.randrange(24 * days))
        articles.append(article)
    for article in draw.sample(articles, 12):
        article["canonical_url"] = draw.choice((None, "v1", "v2"))
    listed = [draw.sample(articles, 2) for _ in range(40)]
    related = [
        {
            "article_id": a["article_id"],
            "related_position": n,
            "related_article_id": b["article_id"],
        }
        for n, (a, b) in enumerate(listed)
    ]
    copies: Rows = []
    for group in (draw.sample(articles, 4) for _ in range(3)):
        group.sort(key=lambda row: (row["published_at"], row["article_id"]))
        for row in group:
            similarity = 1.0 if row is group[0] else draw.random()
            ids = {"copy_id": group[0]["article_id"], "article_id": row["article_id"]}
            if all((c["copy_id"], c["article_id"]) != tuple(ids.values()) for c in copies):
                copies.append(ids | {"similarity": similarity})
    return {"articles": articles, "related_items": related, "copy_articles": copies}


@pytest.mark.parametrize("seed", range(12))
def test_random_archives_equal_the_recount(seed: int) -> None:
    given = random_archive(seed)
    found = answer("story_articles", given)
    expected = story_articles(given)
    assert found == sorted(expected, key=lambda row: (row["story_id"], row["article_id"]))
    assert len({row["story_id"] for row in found}) < 60
    assert max(row["lag_hours"] for row in found) <= 14 * 24


@pytest.mark.slow
def test_words_of_more_than_a_thousand_articles_reach_one_back() -> None:
    """Of 12,000 articles each of 45 words is in 1,000 to 1,146, and each of 400 in about 120."""
    draw = random.Random(1)
    articles: Rows = [
        {
            "article_id": f"a{n:05}",
            "title": " ".join(
                [f"c{word}" for word in draw.sample(range(45), 4)]
                + [f"r{word}" for word in draw.sample(range(400), 4)]
            ),
            "excerpt": None,
            "canonical_url": None,
            "provider_domain": f"outlet{n % 7}.example",
            "provider_name": None,
            "published_at": START + timedelta(minutes=n),
        }
        for n in range(12_000)
    ]
    counts = telling_words(articles)[1]
    assert {counts[f"c{word}"] > 1000 for word in range(45)} == {True}
    found = answer("story_articles", {"articles": articles})
    expected = story_articles({"articles": articles, "related_items": [], "copy_articles": []})
    assert found == sorted(expected, key=lambda row: (row["story_id"], row["article_id"]))
