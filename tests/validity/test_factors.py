"""Factors of quality: the sign within outlets, and how often the intervals cover the truth."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.validity.simulated import Articles, Row, domains, mart, percent, sizes

EFFECT = 3.0
"""What an image adds to the quality of an article."""

DESIGNS = {  # providers, articles of each, spread of sizes, how much providers' effects differ
    "20 equal providers": (20, 30, "equal", 0.0),
    "20 unequal providers": (20, 30, "unequal", 0.0),
    "5 equal providers": (5, 40, "equal", 0.0),
    "6 unequal providers": (6, 40, "unequal", 0.0),
    "40 unequal providers, each with its own effect": (40, 20, "unequal", 6.0),
}
ARCHIVES = 1_000


def level(rows: list[Row], factor: str, name: str) -> Row:
    return next(row for row in rows if (row["factor"], row["level"]) == (factor, name))


def simulate(rng: np.random.Generator, design: str) -> Articles:
    """Providers differ in quality by 10 points, in images from none to all, and articles by 20."""
    count, mean, spread, own_effect = DESIGNS[design]
    provider = np.repeat(np.arange(count), sizes(rng, count, mean, spread))
    has_image = rng.random(len(provider)) < rng.beta(2, 2, count)[provider]
    effect = EFFECT + rng.normal(0, own_effect, count)
    quality = rng.normal(50, 10, count)[provider] + rng.normal(0, 20, len(provider))
    quality += has_image * effect[provider]
    return {
        "provider_domain": domains(provider),
        "quality": np.round(quality).astype(int),
        "image_count": has_image.astype(int),
    }


@cache
def coverage(design: str) -> tuple[int, int, int]:
    """In how many archives the adjusted and the crude interval hold the truth, of how many."""
    rng = np.random.default_rng(14)
    adjusted = crude = 0
    for _ in range(ARCHIVES):
        articles = simulate(rng, design)
        row = level(mart("quality_factors", articles), "has_image", "yes")
        adjusted += row["adjusted_low"] <= EFFECT <= row["adjusted_high"]
        truth = EFFECT * (1 - articles["image_count"].mean())
        crude += row["difference_low"] <= truth <= row["difference_high"]
    return adjusted, crude, ARCHIVES


def simpson() -> Articles:
    """Each provider's articles with an image are 10 points better, and the worse providers have
    more of them."""
    rng = np.random.default_rng(1)
    provider = np.repeat(np.arange(10), 60)
    has_image = rng.random(600) < (0.95 - 0.1 * np.arange(10))[provider]
    quality = 30 + 8 * provider + 10 * has_image + rng.normal(0, 5, 600)
    return {
        "provider_domain": domains(provider),
        "quality": np.round(quality).astype(int),
        "image_count": has_image.astype(int),
    }


@cache
def supported_by_chance(archives: int = 100) -> int:
    """Archives without any effect in which a level is supported."""
    rng = np.random.default_rng(3)
    found = 0
    for _ in range(archives):
        articles = simulate(rng, "20 unequal providers")
        count = len(articles["quality"])
        articles["quality"] = rng.permutation(articles["quality"])
        articles["has_amp"] = rng.random(count) < 0.4
        articles["topic_count"] = rng.integers(0, 4, count)
        articles["related_count"] = rng.integers(0, 50, count)
        articles["published_at"] = np.datetime64("2024-01-01") + rng.integers(0, 300, count)
        found += any(row["is_supported"] for row in mart("quality_factors", articles))
    return found


def test_the_sign_is_right_within_providers() -> None:
    row = level(mart("quality_factors", simpson()), "has_image", "yes")
    assert row["quality_difference"] < 0
    assert row["rest_difference"] < 0
    assert 8 < row["adjusted_low"] < 10 < row["adjusted_high"] < 12
    assert row["is_supported"]


def test_the_estimate_is_that_of_least_squares_with_an_intercept_for_each_provider() -> None:
    articles = simulate(np.random.default_rng(2), "20 unequal providers")
    providers, index = np.unique(articles["provider_domain"], return_inverse=True)
    design = np.column_stack([articles["image_count"], np.eye(len(providers))[index]])
    (expected, *_), *_ = np.linalg.lstsq(design, articles["quality"], rcond=None)
    row = level(mart("quality_factors", articles), "has_image", "yes")
    assert row["adjusted_difference"] == pytest.approx(expected)


def test_an_interval_that_ignored_providers_would_be_too_narrow() -> None:
    """Friday's articles come from two good outlets: among all articles that is no effect."""
    rng = np.random.default_rng(5)
    provider = np.repeat(np.arange(8), 100)
    is_friday = rng.random(800) < np.where(provider < 2, 0.6, 0.05)
    day = np.where(is_friday, 4, rng.integers(0, 4, 800))
    row = level(
        mart(
            "quality_factors",
            {
                "provider_domain": domains(provider),
                "quality": np.round(rng.normal(50, 12, 8)[provider] + rng.normal(0, 10, 800)),
                "published_at": np.datetime64("2024-01-01") + day,
            },
        ),
        "weekday",
        "5 Friday",
    )
    assert row["difference_low"] < 0 < row["difference_high"]
    assert row["adjusted_low"] < 0 < row["adjusted_high"]
    assert not row["is_supported"]


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS)
def test_intervals_cover_the_truth(design: str) -> None:
    adjusted, crude, archives = coverage(design)
    assert 0.93 <= adjusted / archives <= 0.97
    assert 0.925 <= crude / archives <= 0.985


@pytest.mark.slow
def test_nothing_is_supported_where_there_is_nothing() -> None:
    assert supported_by_chance() <= 5


def figures() -> list[tuple[str, str, str]]:
    """Name, figure and target of what was measured."""
    row = level(mart("quality_factors", simpson()), "has_image", "yes")
    found = [
        (
            "Simpson archive, an image adds 10: within providers (among all)",
            f"{row['adjusted_difference']:+.1f} ({row['rest_difference']:+.1f})",
            "above 0 (below 0)",
        )
    ]
    for design in DESIGNS:
        adjusted, crude, archives = coverage(design)
        name = f"95 % intervals that hold the truth, {design}"
        found.append((f"{name}: within providers", percent(adjusted, archives), "93 to 97 %"))
        found.append((f"{name}: crude", percent(crude, archives), "about 95 %"))
    name = "archives without effects in which a level is supported"
    return [*found, (name, percent(supported_by_chance(), 100), "at most 5 %")]
