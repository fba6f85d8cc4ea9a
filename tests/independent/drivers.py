"""Tidy rows → publishers and image hosts, by loops."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from fractions import Fraction
from statistics import median

from .marts import (
    EXPECTED,
    FEW,
    articles_by_topic,
    group,
    known,
    mean,
    most,
    quantile,
    share,
    topics_by_article,
)
from .tidy import Row, Tables


def driver_marts(tables: Tables) -> Tables:
    """The marts of links, publishers and images, each from the tidy tables alone."""
    return {
        "topic_providers": list(topic_providers(tables)),
        "provider_publishers": list(provider_publishers(tables)),
        "image_hosts": list(image_hosts(tables)),
    }


def topic_providers(tables: Tables) -> Iterable[Row]:
    own = Counter(row["provider_domain"] for row in tables["articles"])
    for topic, articles in articles_by_topic(tables).items():
        for domain, rows in group(articles, "provider_domain").items():
            share_of_topic = len(rows) / len(articles)
            yield {
                "topic": topic,
                "provider_domain": domain,
                "article_count": len(rows),
                "share_of_topic": share_of_topic,
                "share_of_provider": len(rows) / own[domain],
                "lift": share_of_topic / (own[domain] / own.total()),
                "is_small_group": Fraction(len(articles) * own[domain], own.total()) < EXPECTED,
            }


def publisher_of(row: Row) -> tuple[str, str]:
    return row["provider_domain"], row["provider_name"] or row["provider_domain"]


def by_publisher(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["provider_domain"] is not None:
            found[publisher_of(row)].append(row)
    return found


def provider_publishers(tables: Tables) -> Iterable[Row]:
    articles, mentions = by_publisher(tables["articles"]), by_publisher(tables["related_items"])
    topics = topics_by_article(tables)
    publishers = sorted(
        articles.keys() | mentions.keys(), key=lambda key: (-len(articles.get(key, [])), key)
    )
    of_domain = Counter(domain for domain, _ in publishers)
    sizes = Counter(len(articles.get(key, [])) for key in publishers)
    domain_articles = Counter(row["provider_domain"] for row in tables["articles"])
    for rank, key in enumerate(publishers, 1):
        own, listed = articles.get(key, []), mentions.get(key, [])
        named = [topic for row in own for topic in topics.get(row["article_id"], [])]
        moments = [row["published_at"] for row in own]
        yield {
            "provider_domain": key[0],
            "provider_name": key[1],
            "publisher_count": of_domain[key[0]],
            "article_count": len(own),
            "mention_count": len(listed),
            "distinct_item_count": len(set(known(listed, "canonical_url"))),
            "listing_article_count": len({row["article_id"] for row in listed}),
            "topic_count": len(set(named)),
            "top_topic": most(named),
            "first_published_at": min(moments, default=None),
            "last_published_at": max(moments, default=None),
            "article_share": share(len(own), len(tables["articles"])),
            "domain_article_share": share(len(own), domain_articles[key[0]]),
            "article_rank": rank,
            "is_rank_tied": sizes[len(own)] > 1,
            **qualities(own),
            **rates(own, bool(known(tables["articles"], "type"))),
        }


def qualities(own: list[Row]) -> Row:
    quality = known(own, "quality")
    return {
        "avg_quality": mean(quality),
        "median_quality": median(quality) if quality else None,
        "p10_quality": quantile(quality, 0.1),
        "p90_quality": quantile(quality, 0.9),
        "avg_heat": mean(known(own, "heat")),
        "rated_article_count": len(quality),
        "measured_article_count": len(known(own, "heat")),
        "is_small_group": len(quality) < FEW,
    }


def rates(own: list[Row], has_types: bool) -> Row:
    return {
        "image_rate": share(len([row for row in own if row["image_count"]]), len(own)),
        "amp_rate": share(len([row for row in own if row["has_amp"]]), len(own)),
        "video_rate": share(len([row for row in own if row["type"] == "video"]), len(own))
        if has_types
        else None,
        "published_rate": mean(known(own, "is_published")),
        "known_published_count": len(known(own, "is_published")),
    }


def aspect_class(ratio: float) -> str:
    limits = {"portrait": 0.9, "square": 1.1, "landscape": 1.6, "wide": 2.0, "panorama": math.inf}
    return next(name for name, limit in limits.items() if ratio < limit)


def image_hosts(tables: Tables) -> Iterable[Row]:
    hosted = [row for row in tables["images"] if row["host"] is not None]
    for host, images in group(hosted, "host").items():
        for owner, rows in group(images, "owner").items():
            widths, heights = known(rows, "width"), known(rows, "height")
            ratios = known(rows, "aspect_ratio")
            yield {
                "host": host,
                "owner": owner,
                "image_count": len(rows),
                "cached_rate": mean(known(rows, "is_cached")),
                "known_cached_count": len(known(rows, "is_cached")),
                "sized_image_count": len(ratios),
                "width_count": len(widths),
                "height_count": len(heights),
                "median_width": float(median(widths)) if widths else None,
                "median_height": float(median(heights)) if heights else None,
                "top_aspect_class": most(map(aspect_class, ratios)),
                "is_small_group": len(rows) < FEW,
            }
