"""Tidy rows → the rows of the marts, by loops."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from statistics import fmean, median
from typing import Any

from .page_links import page_marts
from .tidy import Row, Tables

FEW = 30
"""Values fewer than these say little of a mean or a share."""

EXPECTED = 5
"""Where chance alone would give fewer than these, a ratio to it says little."""


def marts(tables: Tables) -> Tables:
    """Every mart, each from the tidy tables alone."""
    return {
        "provider_summary": list(provider_summary(tables)),
        "provider_monthly": list(provider_monthly(tables)),
        "quality_distribution": list(quality_distribution(tables)),
        "quality_monthly": list(quality_monthly(tables)),
        "topic_summary": list(topic_summary(tables)),
        "topic_monthly": list(topic_monthly(tables)),
        "topic_pairs": list(topic_pairs(tables)),
        "daily_coverage": list(daily_coverage(tables)),
    } | page_marts(tables)


def quantile(values: Sequence[int], share: float) -> float | None:
    """Linear interpolation between the two values next to the place `share` of the way."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def known(rows: Iterable[Row], column: str) -> list[Any]:
    return [row[column] for row in rows if row[column] is not None]


def mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def group(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def month_of(article: Row) -> date:
    return date(article["published_at"].year, article["published_at"].month, 1)


def months_between(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month
    start = first.year * 12 + first.month - 1
    return [date((start + n) // 12, (start + n) % 12 + 1, 1) for n in range(count + 1)]


def most(values: Iterable[Any]) -> Any:
    """The most frequent value, the smallest of several; None of none."""
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value), default=None)


def topics_by_article(tables: Tables) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in tables["article_topics"]:
        found[row["article_id"]].append(row["topic"])
    return found


def articles_by_topic(tables: Tables) -> dict[str, list[Row]]:
    by_id = {row["article_id"]: row for row in tables["articles"]}
    found: dict[str, list[Row]] = defaultdict(list)
    for row in tables["article_topics"]:
        found[row["topic"]].append(by_id[row["article_id"]])
    return found


def provider_summary(tables: Tables) -> Iterable[Row]:
    articles = group(tables["articles"], "provider_domain")
    mentions = group(tables["related_items"], "provider_domain")
    topics = topics_by_article(tables)
    repeated = {row["article_id"] for row in tables["duplicate_articles"]}
    sizes = Counter(row["article_count"] for row in tables["providers"])
    ranked = sorted(
        tables["providers"], key=lambda row: (-row["article_count"], row["provider_domain"])
    )
    for rank, provider in enumerate(ranked, 1):
        domain = provider["provider_domain"]
        own, listed = articles.get(domain, []), mentions.get(domain, [])
        quality = known(own, "quality")
        published = known(own, "is_published")
        named = [topic for row in own for topic in topics[row["article_id"]]]
        yield provider | {
            "distinct_item_count": len(set(known(listed, "canonical_url"))),
            "listing_article_count": len({row["article_id"] for row in listed}),
            "duplicate_article_count": sum(row["article_id"] in repeated for row in own),
            "avg_quality": mean(quality),
            "median_quality": median(quality) if quality else None,
            "p10_quality": quantile(quality, 0.1),
            "p90_quality": quantile(quality, 0.9),
            "avg_heat": mean(known(own, "heat")),
            "rated_article_count": len(quality),
            "measured_article_count": len(known(own, "heat")),
            "image_rate": share(sum(row["image_count"] > 0 for row in own), len(own)),
            "amp_rate": share(sum(row["has_amp"] for row in own), len(own)),
            "video_rate": share(sum(row["type"] == "video" for row in own), len(own))
            if known(tables["articles"], "type")
            else None,
            "published_rate": share(sum(published), len(published)),
            "known_published_count": len(published),
            "topic_count": len(set(named)),
            "top_topic": most(named),
            "article_share": share(len(own), len(tables["articles"])),
            "article_rank": rank,
            "is_rank_tied": sizes[provider["article_count"]] > 1,
            "is_small_group": len(quality) < FEW,
        }


def provider_monthly(tables: Tables) -> Iterable[Row]:
    total = Counter(month_of(row) for row in tables["articles"])
    for domain, articles in group(tables["articles"], "provider_domain").items():
        by_month: dict[date, list[Row]] = defaultdict(list)
        for row in articles:
            by_month[month_of(row)].append(row)
        for month in months_between(min(by_month), max(by_month)):
            quality = known(by_month[month], "quality")
            yield {
                "provider_domain": domain,
                "month": month,
                "article_count": len(by_month[month]),
                "rated_article_count": len(quality),
                "avg_quality": mean(quality),
                "article_share": share(len(by_month[month]), total[month]),
                "is_small_group": len(quality) < FEW,
            }


def bucket_of(row: Row) -> int:
    return max(row["quality"] // 10 * 10, -(2**31))


def quality_distribution(tables: Tables) -> Iterable[Row]:
    for role, table in (("article", "articles"), ("related", "related_items")):
        rated = [row for row in tables[table] if row["quality"] is not None]
        kinds = {row["type"] or "unknown" for row in rated}
        for kind in kinds:
            items = [row for row in rated if (row["type"] or "unknown") == kind]
            buckets = Counter(bucket_of(row) for row in items)
            below = 0
            for bucket in sorted(buckets):
                below += buckets[bucket]
                inside = [row for row in items if bucket_of(row) == bucket]
                yield {
                    "role": role,
                    "type": kind,
                    "quality_bucket": bucket,
                    "item_count": buckets[bucket],
                    "distinct_count": len(set(known(inside, "canonical_url"))),
                    "rated_item_count": len(items),
                    "item_share": buckets[bucket] / len(items),
                    "cumulative_share": below / len(items),
                    "is_small_group": len(items) < FEW,
                }


def quality_monthly(tables: Tables) -> Iterable[Row]:
    by_month: dict[date, list[Row]] = defaultdict(list)
    for row in tables["articles"]:
        by_month[month_of(row)].append(row)
    for month in calendar(tables):
        quality = known(by_month[month], "quality")
        yield {
            "month": month,
            "article_count": len(by_month[month]),
            "rated_article_count": len(quality),
            "avg_quality": mean(quality),
            "median_quality": median(quality) if quality else None,
            "p10_quality": quantile(quality, 0.1),
            "p90_quality": quantile(quality, 0.9),
            "avg_heat": mean(known(by_month[month], "heat")),
            "measured_article_count": len(known(by_month[month], "heat")),
            "is_small_group": len(quality) < FEW,
        }


def calendar(tables: Tables) -> list[date]:
    """Every month from the archive's first article to its last."""
    months = [month_of(row) for row in tables["articles"]]
    return months_between(min(months), max(months)) if months else []


def topic_summary(tables: Tables) -> Iterable[Row]:
    for topic, articles in articles_by_topic(tables).items():
        quality = known(articles, "quality")
        providers = Counter(row["provider_domain"] for row in articles)
        moments = [row["published_at"] for row in articles]
        yield {
            "topic": topic,
            "article_count": len(articles),
            "provider_count": len(providers),
            "rated_article_count": len(quality),
            "avg_quality": mean(quality),
            "median_quality": median(quality) if quality else None,
            "avg_heat": mean(known(articles, "heat")),
            "measured_article_count": len(known(articles, "heat")),
            "article_share": len(articles) / len(tables["articles"]),
            "first_published_at": min(moments),
            "last_published_at": max(moments),
            "top_provider": most(row["provider_domain"] for row in articles),
            "provider_concentration": sum((n / len(articles)) ** 2 for n in providers.values()),
            "is_small_group": len(quality) < FEW,
        }


def topic_monthly(tables: Tables) -> Iterable[Row]:
    total = Counter(month_of(row) for row in tables["articles"])
    months = calendar(tables)
    for topic, articles in articles_by_topic(tables).items():
        counts = Counter(month_of(row) for row in articles)
        for place, month in enumerate(months):
            before = counts[months[place - 1]] if place else 0
            yield {
                "topic": topic,
                "month": month,
                "article_count": counts[month],
                "article_share": share(counts[month], total[month]),
                "moving_average_3": fmean(counts[m] for m in months[max(0, place - 2) : place + 1]),
                "growth_rate": (counts[month] - before) / before if before else None,
                "is_small_group": before < FEW,
            }


def topic_pairs(tables: Tables) -> Iterable[Row]:
    single = Counter(row["topic"] for row in tables["article_topics"])
    pairs: Counter[tuple[str, str]] = Counter()
    for topics in topics_by_article(tables).values():
        pairs.update(combinations(sorted(topics), 2))
    total = len(tables["articles"])
    for (a, b), both in pairs.items():
        lift = (both / total) / (single[a] / total * single[b] / total)
        yield {
            "topic_a": a,
            "topic_b": b,
            "article_count": both,
            "support": both / total,
            "jaccard": both / (single[a] + single[b] - both),
            "lift": lift,
            "npmi": math.log(lift) / -math.log(both / total) if both < total else None,
            "is_small_group": Fraction(single[a] * single[b], total) < EXPECTED,
        }


def daily_coverage(tables: Tables) -> Iterable[Row]:
    articles = group(tables["articles"], "published_date")
    if not articles:
        return
    first, last = min(articles), max(articles)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for place, day in enumerate(days):
        week = days[max(0, place - 6) : place + 1]
        yield {
            "date": day,
            "article_count": len(articles.get(day, [])),
            "provider_count": len({row["provider_domain"] for row in articles.get(day, [])}),
            "moving_average_7": fmean(len(articles.get(each, [])) for each in week),
        }


def data_completeness(tables: Tables, columns: dict[str, list[str]]) -> list[Row]:
    """Rows, filled and different values of each of the `columns` of each table."""
    found = []
    for table, names in columns.items():
        for name in names:
            values = known(tables[table], name)
            found.append(
                {
                    "table_name": table,
                    "column_name": name,
                    "row_count": len(tables[table]),
                    "filled_count": len(values),
                    "fill_rate": share(len(values), len(tables[table])),
                    "distinct_count": len(set(values)),
                }
            )
    return found
