"""Stories → who is first with them, against chance."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from fractions import Fraction
from statistics import median
from typing import Any

from .chance import largest_standing, tails
from .drivers import publisher_of
from .marts import FEW
from .tidy import Row, Tables

Outlet = Callable[[Row], Hashable]

NO_STORY: Row = {
    **dict.fromkeys(("story_count", "tied_first_count"), 0),
    **dict.fromkeys(("first_count", "expected_first_count"), 0.0),
    **dict.fromkeys(("first_ratio", "first_ratio_low", "first_ratio_high", "p_value")),
    **dict.fromkeys(("first_rank", "median_lag_hours")),
    **dict.fromkeys(("is_supported", "is_first_rank_tied"), False),
}
"""What is said of a publisher that is in no such story."""


def first_marts(tables: Tables) -> Tables:
    """The marts of firsts, from the tidy tables and the rows of story_articles; to those of
    `provider_publishers` their columns are added."""
    places = tables["story_articles"]
    by_publisher = firsts(tables, places, publisher_of)
    return {
        "provider_timeliness": list(provider_timeliness(tables, places)),
        "provider_publishers": [
            row | by_publisher.get(publisher_of(row), NO_STORY)
            for row in tables["provider_publishers"]
        ],
    }


def provider_timeliness(tables: Tables, places: list[Row]) -> Iterable[Row]:
    """Rows by domain; `places` are the rows of story_articles."""
    for domain, row in firsts(tables, places, lambda article: article["provider_domain"]).items():
        rank, is_tied = row.pop("first_rank"), row.pop("is_first_rank_tied")
        yield row | {
            "provider_domain": domain,
            "rank": rank,
            "is_rank_tied": is_tied,
            "is_small_group": row["story_count"] < FEW,
        }


def firsts(tables: Tables, places: list[Row], outlet_of: Outlet) -> dict[Any, Row]:
    """What is said of each outlet, a domain or a publisher, over the stories all timed."""
    articles = {row["article_id"]: row for row in tables["articles"]}
    stories: dict[str, list[Row]] = defaultdict(list)
    for row in places:
        stories[row["story_id"]].append(articles[row["article_id"]])
    seen: dict[Any, list[tuple[Fraction, Fraction, float]]] = defaultdict(list)
    for story in stories.values():
        sizes = Counter(map(outlet_of, story))
        if len(sizes) < 2 or any(row["published_precision"] != "time" for row in story):
            continue
        start = min(row["published_at"] for row in story)
        leading = Counter(outlet_of(row) for row in story if row["published_at"] == start)
        for outlet, size in sizes.items():
            own = min(row["published_at"] for row in story if outlet_of(row) == outlet)
            first = Fraction(leading[outlet], leading.total())
            lag = (own - start).total_seconds() / 3600
            seen[outlet].append((first, Fraction(size, len(story)), lag))
    found = {outlet: against_chance(told) for outlet, told in seen.items()}
    tested = {outlet: row for outlet, row in found.items() if row["p_value"] is not None}
    standing = largest_standing([row["p_value"] for row in tested.values()], len(tested))
    ranked = []
    for outlet, row in tested.items():
        excludes = row["first_ratio_low"] > 1 or row["first_ratio_high"] < 1
        if row["p_value"] <= standing and excludes:
            row["is_supported"] = True
            ranked.append((-row["first_ratio"], outlet))
    ratios = Counter(ratio for ratio, _ in ranked)
    for rank, (ratio, outlet) in enumerate(sorted(ranked), 1):
        found[outlet] |= {"first_rank": rank, "is_first_rank_tied": ratios[ratio] > 1}
    return found


def against_chance(told: list[tuple[Fraction, Fraction, float]]) -> Row:
    """Counts, and where five firsts and five others are expected the ratio and its interval."""
    count = len(told)
    first, expected = sum(each[0] for each in told), sum(each[1] for each in told)
    row = NO_STORY | {
        "story_count": count,
        "first_count": float(first),
        "tied_first_count": sum(0 < each[0] < 1 for each in told),
        "expected_first_count": float(expected),
        "median_lag_hours": median(each[2] for each in told),
    }
    if min(expected, count - expected) < 5:
        return row
    low, high = wilson(float(first) / count, count)
    chance = float(expected) / count
    return row | {
        "first_ratio": float(first / expected),
        "first_ratio_low": low / chance,
        "first_ratio_high": high / chance,
        "p_value": tails(float(first), count, float(expected)),
    }


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    z = 1.96
    middle = share + z * z / (2 * count)
    margin = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    size = 1 + z * z / count
    return max(0.0, middle - margin) / size, (middle + margin) / size
