"""Firsts: an outlet that leads is found, chance is not, and a date alone leads nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipeline.core.catalog import relations

from .planted import Figures, Planted, built, moment

OUTLETS = [f"outlet{number:02}.example" for number in range(40)]
LEADER = "leader.example"
SEEDS = 20

Row = dict[str, Any]

pytestmark = pytest.mark.slow


@cache
def planted_leader() -> list[Row]:
    """The outlets supported where one leads 24 of 40 stories of five outlets, and the others are
    first by lot."""
    random, articles = Random(3), list[Planted]()
    for story in range(40):
        told = [LEADER, *random.sample(OUTLETS[:12], 4)]
        minutes = sorted(random.sample(range(1, 600), 5))
        first = LEADER if story < 24 else random.choice(told[1:])
        others = random.sample([outlet for outlet in told if outlet != first], 4)
        begin = len(articles)
        for place, (outlet, minute) in enumerate(zip([first, *others], minutes, strict=True)):
            lists = tuple(begin + other for other in range(5) if other != place)
            articles.append(Planted(outlet, story, moment(story, minute), lists))
    return supported(articles)


def supported(articles: list[Planted]) -> list[Row]:
    """The rows of provider_timeliness that are supported."""
    with TemporaryDirectory() as folder, built(Path(folder), articles) as connection:
        result = connection.execute(
            "select provider_domain, story_count, first_count, expected_first_count, first_ratio,"
            " rank from provider_timeliness where is_supported order by rank"
        )
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@cache
def by_lot(seed: int) -> tuple[int, int, int]:
    """Outlets, those tested and those supported, where the times of 400 stories are dealt by lot.

    A few outlets are in many stories and most in few, some with several articles.
    """
    random, articles, places = Random(seed), list[Row](), list[Row]()
    weights = [1 / (number + 1) for number in range(len(OUTLETS))]
    for story in range(400):
        told = random.choices(OUTLETS, weights, k=random.randint(2, 8))
        minutes = random.sample(range(1_000), len(told))
        for minute, outlet in zip(minutes, told, strict=True):
            articles.append(
                {
                    "article_id": f"a{len(articles)}",
                    "provider_domain": outlet,
                    "provider_name": None,
                    "published_precision": "time",
                }
            )
            places.append(
                {
                    "story_id": f"s{story}",
                    "article_id": articles[-1]["article_id"],
                    "lag_hours": (minute - min(minutes)) / 60,
                }
            )
    return counted(articles, places)


def counted(articles: list[Row], places: list[Row]) -> tuple[int, int, int]:
    """Outlets, those tested and those supported, of the rows of articles and story_articles."""
    with duckdb.connect() as connection:
        connection.register("articles", pa.Table.from_pylist(articles))
        connection.register("story_articles", pa.Table.from_pylist(places))
        [counts] = connection.execute(
            "select count(*), count(p_value), count(rank)"
            f" from ({relations()['provider_timeliness'].query})"
        ).fetchall()
    return counts


def test_the_outlet_that_leads_is_found_and_ranked_first() -> None:
    leader, *others = planted_leader()
    assert leader["provider_domain"] == LEADER
    assert (leader["story_count"], leader["first_count"], leader["rank"]) == (40, 24, 1)
    assert leader["expected_first_count"] == 8
    assert all(row["first_ratio"] < 1 for row in others)


def test_chance_supports_at_most_one_outlet_in_twenty() -> None:
    counts = [by_lot(seed) for seed in range(SEEDS)]
    assert min(tested for _, tested, _ in counts) >= 10, "too few are tested to show anything"
    assert sum(ranked for _, _, ranked in counts) <= 0.05 * sum(tested for _, tested, _ in counts)


def dated_and_timed() -> list[Planted]:
    """Thirty stories, each of a file with a date alone and one with a time of the same day."""
    articles = []
    for story in range(30):
        day, first = moment(story, 0)[:10], 2 * story
        articles.append(Planted("dated.example", story, day, (first + 1,)))
        articles.append(Planted("timed.example", story, f"{day}T09:30:00Z", (first,)))
    return articles


def test_a_date_alone_is_first_with_nothing() -> None:
    assert supported(dated_and_timed()) == []


@pytest.mark.slow
def test_a_date_alone_leads_no_story_that_has_a_timed_article_that_day() -> None:
    with TemporaryDirectory() as folder, built(Path(folder), dated_and_timed()) as connection:
        leads = connection.execute("select lead_provider from stories").fetchall()
    assert ("dated.example",) not in leads


def figures() -> Figures:
    """Outlets supported where one leads, and where nobody does."""
    leader = next((row for row in planted_leader() if row["provider_domain"] == LEADER), None)
    counts = [by_lot(seed) for seed in range(SEEDS)]
    tested, ranked = (sum(count[place] for count in counts) for place in (1, 2))
    found = "not found" if leader is None else f"rank {leader['rank']}, {leader['first_ratio']:.1f}"
    return [
        ("outlet that leads 24 of 40 stories of five: rank, times chance", found, "rank 1, 3.0"),
        (
            f"times by lot, {SEEDS} seeds: outlets supported",
            f"{ranked} of {tested} tested",
            "at most 5 %",
        ),
    ]
