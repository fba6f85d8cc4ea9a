"""Tidy rows → stories and what is counted over them, by union-find and loops."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from statistics import median

from .marts import FEW, group, most, topics_by_article
from .tidy import Row, Tables

SEPARATORS = "|–—-"
BLANKS = " \t\n\r\f\v"


def story_marts(tables: Tables) -> Tables:
    """The marts of stories and syndication, each from the tidy tables alone."""
    told = told_stories(tables["articles"], tables["related_items"])
    return {
        "stories": [story_of(members, topics_by_article(tables)) for members in told],
        "story_articles": list(chain.from_iterable(map(places, told))),
        "provider_timeliness": list(provider_timeliness(told)),
        "syndication": list(syndication(tables["articles"])),
    }


def in_time(article: Row) -> tuple[datetime, str]:
    return article["published_at"], article["article_id"]


def told_stories(articles: list[Row], related: list[Row]) -> list[list[Row]]:
    """The articles of each connected component, in the order of time."""
    parent = {row["article_id"]: row["article_id"] for row in articles}

    def root(article_id: str) -> str:
        while parent[article_id] != article_id:
            parent[article_id] = parent[parent[article_id]]
            article_id = parent[article_id]
        return article_id

    for same_url in group(articles, "canonical_url").values():
        for row in same_url[1:]:
            parent[root(row["article_id"])] = root(same_url[0]["article_id"])
    for row in related:
        if row["related_article_id"] is not None:
            parent[root(row["article_id"])] = root(row["related_article_id"])
    members: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(articles, key=in_time):
        members[root(row["article_id"])].append(row)
    return list(members.values())


def is_led_by_several(articles: list[Row]) -> bool:
    """Whether articles of several domains share the first second."""
    first = min(row["published_at"] for row in articles)
    return len({row["provider_domain"] for row in articles if row["published_at"] == first}) > 1


def hours(first: datetime, last: datetime) -> float:
    return (last - first).total_seconds() / 3600


def canonical_title(article: Row) -> str:
    """The title in lower case, without what follows its last separator if that is the site."""
    title: str = article["title"]
    domain: str = article["provider_domain"]
    for place in range(len(title) - 2, 0, -1):
        before, mark, after = title[place - 1], title[place], title[place + 1]
        if mark in SEPARATORS and before in BLANKS and after in BLANKS:
            suffix = title[place + 1 :].lstrip(BLANKS).lower()
            if suffix in (
                (article["provider_name"] or "").lower(),
                domain,
                domain.partition(".")[0],
            ):
                return title[:place].rstrip(BLANKS).lower()
            break
    return title.lower()


def carried_twice(articles: Iterable[Row]) -> dict[str, list[Row]]:
    """The articles by canonical title, for the titles that two domains or more have."""
    by_title: dict[str, list[Row]] = defaultdict(list)
    for row in articles:
        by_title[canonical_title(row)].append(row)
    return {
        title: rows
        for title, rows in by_title.items()
        if len({row["provider_domain"] for row in rows}) > 1
    }


def story_of(members: list[Row], topics: dict[str, list[str]]) -> Row:
    first, last = members[0], members[-1]
    return {
        "story_id": first["article_id"],
        "article_count": len(members),
        "provider_count": len({row["provider_domain"] for row in members}),
        "first_published_at": first["published_at"],
        "last_published_at": last["published_at"],
        "span_hours": hours(first["published_at"], last["published_at"]),
        "lead_article_id": first["article_id"],
        "lead_title": first["title"],
        "lead_provider": first["provider_domain"],
        "is_lead_tied": is_led_by_several(members),
        "top_topic": most(topic for row in members for topic in topics.get(row["article_id"], [])),
        "syndicated_share": sum(map(len, carried_twice(members).values())) / len(members),
    }


def places(members: list[Row]) -> Iterable[Row]:
    seconds = Counter(row["published_at"] for row in members)
    for place, row in enumerate(members, 1):
        yield {
            "story_id": members[0]["article_id"],
            "article_id": row["article_id"],
            "position": place,
            "is_position_tied": seconds[row["published_at"]] > 1,
            "lag_hours": hours(members[0]["published_at"], row["published_at"]),
        }


def provider_timeliness(told: list[list[Row]]) -> Iterable[Row]:
    lags: dict[str, list[float]] = defaultdict(list)
    firsts, tied_firsts = Counter[str](), Counter[str]()
    for members in told:
        by_domain = group(members, "provider_domain")
        if len(by_domain) < 2:
            continue
        firsts[members[0]["provider_domain"]] += 1
        tied_firsts[members[0]["provider_domain"]] += is_led_by_several(members)
        for domain, own in by_domain.items():
            lags[domain].append(hours(members[0]["published_at"], own[0]["published_at"]))
    for domain, its_lags in lags.items():
        yield {
            "provider_domain": domain,
            "story_count": len(its_lags),
            "first_count": firsts[domain],
            "first_rate": firsts[domain] / len(its_lags),
            "tied_first_count": tied_firsts[domain],
            "median_lag_hours": median(its_lags),
            "is_small_group": len(its_lags) < FEW,
        }


def syndication(articles: list[Row]) -> Iterable[Row]:
    for title, carried in carried_twice(articles).items():
        rows = sorted(carried, key=in_time)
        yield {
            "canonical_title": title,
            "provider_count": len({row["provider_domain"] for row in rows}),
            "article_count": len(rows),
            "first_provider": rows[0]["provider_domain"],
            "is_first_tied": is_led_by_several(rows),
            "first_published_at": rows[0]["published_at"],
            "span_hours": hours(rows[0]["published_at"], rows[-1]["published_at"]),
        }
