"""Tidy rows → the factors of quality, by leaving out one provider after the other."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from statistics import fmean
from typing import Any

from .marts import FEW, group, known, mean
from .tidy import Row, Tables

BANDS = {
    "related_count": ((0, "00"), (9, "01 to 09"), (29, "10 to 29"), (math.inf, "30 and more")),
    "topic_count": ((0, "0"), (1, "1"), (math.inf, "2 and more")),
    "title_length": (
        (39, "000 to 039 characters"),
        (69, "040 to 069 characters"),
        (99, "070 to 099 characters"),
        (math.inf, "100 characters and more"),
    ),
}


def band(factor: str, value: int) -> str:
    return next(name for limit, name in BANDS[factor] if value <= limit)


def yes(value: object) -> str:
    return "yes" if value else "no"


FACTORS: dict[str, Callable[[Row], str]] = {
    "has_amp": lambda row: yes(row["has_amp"]),
    "has_excerpt": lambda row: yes(row["excerpt"]),
    "has_image": lambda row: yes(row["image_count"]),
    "related_count": lambda row: band("related_count", row["related_count"]),
    "title_length": lambda row: band("title_length", len(row["title"])),
    "topic_count": lambda row: band("topic_count", row["topic_count"]),
    "type": lambda row: row["type"] or "unknown",
    "weekday": lambda row: f"{row['published_date']:%u %A}",
}


def quality_factors(tables: Tables) -> Iterable[Row]:
    for factor, level_of in FACTORS.items():
        levels: dict[str, list[Row]] = defaultdict(list)
        for row in tables["articles"]:
            levels[level_of(row)].append(row)
        for level, inside in levels.items():
            others = [row for name, rows in levels.items() if name != level for row in rows]
            quality = known(inside, "quality")
            yield {
                "factor": factor,
                "level": level,
                "article_count": len(inside),
                "provider_count": len({row["provider_domain"] for row in inside}),
                "rated_article_count": len(quality),
                "avg_quality": mean(quality),
                "is_small_group": len(quality) < FEW,
                **crude(by_provider(inside), by_provider(others)),
                **within(by_provider(inside), by_provider(others)),
            }


def by_provider(rows: list[Row]) -> dict[str, list[int]]:
    """Qualities of each provider that has any."""
    found = {name: known(own, "quality") for name, own in group(rows, "provider_domain").items()}
    return {name: values for name, values in found.items() if values}


def joined(values: dict[str, list[int]], without: str | None = None) -> list[int]:
    return [each for name, own in values.items() if name != without for each in own]


def student(degrees: float) -> float:
    """The 97.5 % quantile, as the methods give it."""
    terms = (1.95996, 2.37227, 2.8225, 2.55585, 1.58954, 1.4062)
    return sum(term / degrees**power for power, term in enumerate(terms))


def crude(inside: dict[str, list[int]], others: dict[str, list[int]]) -> dict[str, Any]:
    """Mean of a level less the mean of all, and how it varies with the providers."""
    level, rest = joined(inside), joined(others)
    found: dict[str, Any] = dict.fromkeys(
        ("quality_difference", "difference_low", "difference_high", "rest_difference")
    )
    if not level:
        return found
    off = found["quality_difference"] = fmean(level) - fmean(level + rest)
    found["rest_difference"] = fmean(level) - fmean(rest) if rest else None
    degrees = min(len(inside), len(others)) - 1
    if degrees > 0:
        names = inside.keys() | others.keys()
        squares = 0.0
        for name in names:
            part = joined(inside, name)
            squares += (fmean(part) - fmean(part + joined(others, name)) - off) ** 2
        margin = student(degrees) * math.sqrt(squares * (len(names) - 1) / len(names))
        found |= {"difference_low": off - margin, "difference_high": off + margin}
    return found


def within(inside: dict[str, list[int]], others: dict[str, list[int]]) -> dict[str, Any]:
    """Mean of a level less the mean of the other levels of the same provider, weighted."""
    names = sorted(inside.keys() & others.keys())
    found: dict[str, Any] = dict.fromkeys(
        ("adjusted_difference", "adjusted_low", "adjusted_high", "degrees_of_freedom")
    )
    found |= {
        "compared_article_count": sum(len(inside[name]) for name in names),
        "compared_provider_count": len(names),
        "is_supported": False,
    }
    if not names:
        return found
    weights = [1 / (1 / len(inside[name]) + 1 / len(others[name])) for name in names]
    differences = [fmean(inside[name]) - fmean(others[name]) for name in names]
    shares = [weight / sum(weights) for weight in weights]
    off = found["adjusted_difference"] = sum(map(math.prod, zip(shares, differences, strict=True)))
    if len(names) == 1:
        return found
    terms = [share**2 / (1 - share) for share in shares]
    error = math.sqrt(
        sum(term * (each - off) ** 2 for term, each in zip(terms, differences, strict=True))
    )
    degrees = found["degrees_of_freedom"] = satterthwaite(shares, terms)
    margin = student(degrees) * error
    found |= {"adjusted_low": off - margin, "adjusted_high": off + margin}
    if error and found["compared_article_count"] >= FEW and len(names) >= 5:
        surprise = math.sqrt(degrees * math.log(1 + (off / error) ** 2 / degrees))
        found["is_supported"] = (8 * degrees + 1) / (8 * degrees + 3) * surprise > 3.3
    return found


def satterthwaite(shares: list[float], terms: list[float]) -> float:
    """Degrees of freedom of the quadratic form: 2 * mean² / variance, from its matrix.

    Differences vary with 1 / share, and so their residuals by 1 / share - 1, together by -1.
    """
    matrix = [
        [term * ((1 / share if row == column else 0) - 1) for column in range(len(shares))]
        for row, (share, term) in enumerate(zip(shares, terms, strict=True))
    ]
    trace = sum(matrix[each][each] for each in range(len(shares)))
    squared = sum(
        matrix[row][column] * matrix[column][row]
        for row in range(len(shares))
        for column in range(len(shares))
    )
    return trace**2 / squared
