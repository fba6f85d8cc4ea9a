"""Breaks of series: planted ones are found, and archives without one have none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.validity.simulated import Articles, domains, mart, percent

START = np.datetime64("2019-01", "M")

WITHOUT_BREAK = {  # months, articles of a month, how much months differ by more than chance
    "24 months of 40 articles": (24, 40, 0.0),
    "36 months of 100 articles": (36, 100, 0.0),
    "36 months of 100 articles, give or take 30 %": (36, 100, 0.3),
    "60 months of 15 articles": (60, 15, 0.0),
}
GROWTH = {
    "48 months of 60 articles, doubling": 0.015,
    "48 months of 60 articles, four times as many in the end": 0.03,
}

BREAKS = {  # months, articles of a month, what changes
    "collection stops for 3 months": (36, 60, "stop"),
    "collection falls to a tenth": (36, 60, "tenth"),
    "the largest outlet is no longer collected": (36, 200, "outlet"),
    "articles of two topics rise from 4 % to 41 %": (36, 100, "tags"),
    "half of the articles lose their image": (36, 100, "image"),
}
ARCHIVES = 100


@dataclass
class Plan:
    """What an archive holds: articles of each month, and from which month on what changes."""

    counts: NDArray[Any]
    change: str = ""
    month: int = 0


def plan(rng: np.random.Generator, months: int, mean: float, spread: float) -> Plan:
    swing = np.exp(rng.normal(0, spread, months) - spread**2 / 2)
    return Plan(mean * swing)


def simulate(rng: np.random.Generator, plan: Plan) -> Articles:
    """15 outlets of unequal size that differ in images, topics and quality."""
    weights = 1 / np.arange(1, 16)
    counts, after = plan.counts.copy(), np.arange(len(plan.counts)) >= plan.month
    if plan.change == "stop":
        counts[plan.month : plan.month + 3] = 0
    elif plan.change == "tenth":
        counts[after] /= 10
    month = np.repeat(np.arange(len(counts)), rng.poisson(counts))
    is_after = after[month] & bool(plan.change)
    provider = rng.choice(15, len(month), p=weights / weights.sum())
    two_topics = rng.beta(1, 9, 15)[provider]
    if plan.change == "tags":
        two_topics = np.where(is_after, 0.41, 0.04)
    with_image = rng.beta(4, 2, 15)[provider] * np.where(
        plan.change == "image" and is_after, 0.5, 1
    )
    day = rng.random(len(month)) * 28
    time = (START + month).astype("datetime64[s]") + (day * 86400).astype(int)
    at_midnight = rng.random(len(month)) < 0.03
    columns: Articles = {
        "provider_domain": domains(provider),
        "quality": np.round(rng.normal(50, 15, 15)[provider] + rng.normal(0, 20, len(month))),
        "topic_count": 1 + (rng.random(len(month)) < two_topics),
        "image_count": (rng.random(len(month)) < with_image).astype(int),
        "published_at": np.where(at_midnight, time.astype("datetime64[D]"), time),
    }
    kept = ~(is_after & (provider == 0)) if plan.change == "outlet" else slice(None)
    columns = {name: values[kept] for name, values in columns.items()}
    return columns | {"published_at": columns["published_at"].astype("datetime64[us]")}


def breaks(articles: Articles) -> set[int]:
    """The numbers of the months in which some series breaks."""
    rows = mart("series_breaks", articles)
    return {
        int((np.datetime64(row["month"], "M") - START).astype(int))
        for row in rows
        if row["is_break"]
    }


@cache
def archives_with_a_break(name: str) -> int:
    rng = np.random.default_rng(7)
    return sum(
        bool(breaks(simulate(rng, plan(rng, *WITHOUT_BREAK[name])))) for _ in range(ARCHIVES)
    )


@cache
def growing_archives_with_a_break(rate: float) -> int:
    rng = np.random.default_rng(8)
    counts = 60 * (1 + rate) ** np.arange(48)
    return sum(bool(breaks(simulate(rng, Plan(counts)))) for _ in range(ARCHIVES))


@cache
def found(name: str) -> tuple[int, int]:
    """In how many archives the planted month is found, and how many have another one, too."""
    rng = np.random.default_rng(9)
    months, mean, change = BREAKS[name]
    hits = others = 0
    for _ in range(ARCHIVES):
        planted = Plan(np.full(months, float(mean)), change, int(rng.integers(6, months - 6)))
        marked = breaks(simulate(rng, planted))
        expected = {planted.month, planted.month + 3} if change == "stop" else {planted.month}
        hits += expected <= marked
        others += bool(marked - expected)
    return hits, others


def test_a_month_in_which_tagging_changes_breaks_and_its_neighbours_do_not() -> None:
    rng = np.random.default_rng(1)
    rows = mart("series_breaks", simulate(rng, Plan(np.full(36, 100.0), "tags", 20)))
    marked = [row for row in rows if row["is_break"]]
    assert [(row["series"], row["month"].isoformat()) for row in marked] == [
        ("topics_per_article", "2020-09-01")
    ]
    assert marked[0]["before"] == pytest.approx(1.04, abs=0.03)
    assert marked[0]["after"] == pytest.approx(1.41, abs=0.06)


def test_a_gap_breaks_where_it_begins_and_where_it_ends() -> None:
    rng = np.random.default_rng(2)
    assert {12, 15} <= breaks(simulate(rng, Plan(np.full(30, 60.0), "stop", 12)))


@pytest.mark.parametrize("months", [1, 2, 3, 4, 5])
def test_an_archive_of_few_months_has_no_break(months: int) -> None:
    rng = np.random.default_rng(3)
    assert not breaks(simulate(rng, Plan(np.full(months, 50.0))))


def test_a_month_that_is_not_whole_is_no_break() -> None:
    rng = np.random.default_rng(4)
    articles = simulate(rng, Plan(np.full(24, 200.0)))
    kept = articles["published_at"] < np.datetime64("2020-12-05")
    assert not breaks({name: values[kept] for name, values in articles.items()})


@pytest.mark.slow
@pytest.mark.parametrize("name", WITHOUT_BREAK)
def test_archives_without_a_break_have_none(name: str) -> None:
    assert archives_with_a_break(name) <= 5


@pytest.mark.slow
def test_growth_is_no_break() -> None:
    assert growing_archives_with_a_break(0.015) <= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", BREAKS)
def test_planted_breaks_are_found(name: str) -> None:
    hits, others = found(name)
    assert hits >= 95
    assert others <= 10


def figures() -> list[tuple[str, str, str]]:
    """Name, figure and target of what was measured."""
    without = [
        (f"archives with a break, none planted: {name}", archives_with_a_break(name))
        for name in WITHOUT_BREAK
    ]
    results = [(name, percent(count, ARCHIVES), "at most 5 %") for name, count in without]
    for name, rate in GROWTH.items():
        count = percent(growing_archives_with_a_break(rate), ARCHIVES)
        results.append((f"archives with a break, none planted: {name}", count, "few"))
    for name in BREAKS:
        hits, others = found(name)
        results.append((f"month found: {name}", percent(hits, ARCHIVES), "at least 95 %"))
        results.append((f"other months marked: {name}", percent(others, ARCHIVES), "few"))
    return results
