"""Tidy rows → breaks of series, and the marks of them in the other marts, by lists of values."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import fmean, median, variance
from typing import Any

from .marts import articles_by_topic, calendar, known, month_of, share
from .tidy import Row, Tables

COUNTS = ("article_count", "provider_count")
WINDOWS = ((6, 1), (6, 3), (6, 6), (1, 1))
"""Months before, and months from the month itself on, that are compared."""

Values = list[list[float]]
"""The values of each month; a count has one, or none where the month is not whole."""

Window = tuple[int, int, float, float, float, float]
"""Months before and after, level before and after, the score, and the change as scaled."""


def series_breaks(tables: Tables) -> Iterable[Row]:
    months = calendar(tables)
    articles: dict[date, list[Row]] = defaultdict(list)
    for row in tables["articles"]:
        articles[month_of(row)].append(row)
    whole = whole_months(tables, months)
    values = monthly_values([articles[month] for month in months], whole)
    scores = {name: windows_of(name, each) for name, each in values.items()}
    count = sum(window is not None for found in scores.values() for window in found)
    threshold = math.sqrt(2 * math.log(20 * count)) if count else None
    for name, found in scores.items():
        for index, month in enumerate(months):
            window = best(found[index])
            levels = [fmean(each) if each else None for each in values[name]]
            yield {
                "series": name,
                "month": month,
                "value": levels[index],
                "before": window[2] if window else None,
                "after": window[3] if window else None,
                "before_month_count": window[0] if window else None,
                "after_month_count": window[1] if window else None,
                "difference": window[3] - window[2] if window else None,
                "score": window[4] if window else None,
                "threshold": threshold,
                "is_break": bool(threshold) and breaks(name, found, levels, index, threshold or 0),
            }


def whole_months(tables: Tables, months: list[date]) -> list[bool]:
    """Whether the articles span the month from its first day to its last."""
    days = [row["published_date"] for row in tables["articles"]]
    whole = [True] * len(months)
    if days:
        whole[0] = min(days).day == 1
        whole[-1] = whole[-1] and (max(days) + timedelta(days=1)).day == 1
    return whole


def monthly_values(months: list[list[Row]], whole: list[bool]) -> dict[str, Values]:
    domains = Counter(row["provider_domain"] for rows in months for row in rows)
    top = min(domains, key=lambda name: (-domains[name], name), default=None)
    return {
        "article_count": [[len(r)] if w else [] for r, w in zip(months, whole, strict=True)],
        "provider_count": [
            [len({row["provider_domain"] for row in r})] if w else []
            for r, w in zip(months, whole, strict=True)
        ],
        "avg_quality": [known(rows, "quality") for rows in months],
        "topics_per_article": [[row["topic_count"] for row in rows] for rows in months],
        "top_provider_share": [[row["provider_domain"] == top for row in r] for r in months],
        "image_share": [[row["image_count"] > 0 for row in rows] for rows in months],
        "timeless_share": [[row["published_precision"] != "time" for row in r] for r in months],
    }


def scaled(name: str, values: Iterable[float]) -> list[float]:
    return [2 * math.sqrt(each) if name in COUNTS else each for each in values]


def windows_of(name: str, months: Values) -> list[list[Window] | None]:
    """The windows of each month that can be scored, None where none can."""
    everything = [each for month in months for each in month]
    if name in COUNTS:
        spread = 1.0
    elif len(everything) < 2 or (spread := variance(map(float, everything))) <= 1e-9:
        return [None] * len(months)
    dispersion = dispersion_of(name, months, spread)
    found: list[list[Window] | None] = []
    for index in range(len(months)):
        windows = [
            window
            for before, after in WINDOWS
            if index >= 3 and (after == 1 or index + 2 < len(months))
            for window in [score(name, months, index, before, after, spread, dispersion)]
            if window
        ]
        found.append(windows or None)
    return found


def dispersion_of(name: str, months: Values, spread: float) -> float:
    """How much more than chance has it months differ from the next, and from the fourth after."""
    filled = [(fmean(scaled(name, each)), len(each)) for each in months if each]
    ratios = [1.0]
    for lag in (1, 4):
        squares = [
            (level - former) ** 2 / (1 / count + 1 / former_count)
            for (level, count), (former, former_count) in zip(filled[lag:], filled, strict=False)
        ]
        if squares:
            ratios.append(median(squares) / 0.4549 / spread)
    return max(ratios)


def score(
    name: str, months: Values, index: int, before: int, after: int, spread: float, scale: float
) -> Window | None:
    sides = [
        [each for month in side for each in month]
        for side in (months[max(0, index - before) : index], months[index : index + after])
    ]
    enough = (min(before, 3), 1) if name in COUNTS else (30, 30)
    if any(len(side) < least for side, least in zip(sides, enough, strict=True)):
        return None
    levels = [fmean(scaled(name, side)) for side in sides]
    error = 0.0
    for side in sides:
        own = 0.0 if name in COUNTS else variance(map(float, side))
        error += max(spread, own) / len(side)
    change = levels[1] - levels[0]
    found = change / math.sqrt(error * scale)
    return before, after, fmean(sides[0]), fmean(sides[1]), found, change


def best(windows: list[Window] | None) -> Window | None:
    """The window with the highest score; of equals the longer before, then the shorter after."""
    if not windows:
        return None
    return min(windows, key=lambda each: (-round(abs(each[4]), 9), -each[0], each[1]))


def breaks(
    name: str,
    found: list[list[Window] | None],
    levels: list[float | None],
    index: int,
    threshold: float,
) -> bool:
    window, former = best(found[index]), levels[index - 1] if index else None
    if window is None or abs(window[4]) < threshold:
        return False
    level = levels[index]
    if former is not None and level is not None:
        old, new = scaled(name, (former, level))
        if (new - old) / window[5] < 0.5:
            return False
    nearby = [best(each) for each in found[max(0, index - 6) : index + 7]]
    highest = max(abs(each[4]) for each in nearby if each)
    step = max((abs(each[4]) for each in found[index] or [] if each[0] == 1), default=0.0)
    return math.isclose(abs(window[4]), highest) or step >= threshold


def mark_breaks(tables: Tables) -> None:
    """Mark months that break in every mart over time; and of each topic its peak, if it has one."""
    months = {row["month"] for row in tables["series_breaks"] if row["is_break"]}
    for name in ("provider_monthly", "quality_monthly", "topic_monthly"):
        for row in tables[name]:
            row["is_break"] = row["month"] in months
    for row in tables["daily_coverage"]:
        row["is_break"] = row["date"].replace(day=1) in months
    articles = articles_by_topic(tables)
    for row in tables["topic_summary"]:
        row.update(peak(articles[row["topic"]], len(calendar(tables)), months))
        row["is_universal"] = (share(row["article_count"], len(tables["articles"])) or 0) >= 0.9


def peak(articles: list[Row], month_count: int, broken: set[date]) -> dict[str, Any]:
    counts = Counter(month_of(row) for row in articles)
    month = min(counts, key=lambda each: (-counts[each], each))
    even = len(articles) / month_count
    excess = 2 * math.sqrt(counts[month]) - 2 * math.sqrt(even)
    enough = len(articles) >= 30 and month_count > 1
    supported = enough and excess >= math.sqrt(2 * math.log(20 * month_count))
    return {
        "is_peak_supported": supported,
        "peak_month": month if supported else None,
        "peak_month_is_break": month in broken if supported else None,
    }
