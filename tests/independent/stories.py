"""Tidy rows → what is counted over stories, and clusters by union-find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from .events import in_time, story_articles
from .marts import group, most, share, topics_by_article
from .tidy import Row, Tables

SEPARATORS = "|–—-"
BLANKS = " \t\n\r\f\v"


def story_marts(tables: Tables) -> Tables:
    """The marts of stories and clusters, from the tidy tables and the rows of copy_articles."""
    places = story_articles(tables)
    clustered = cluster_articles(tables)
    return {
        "story_articles": places,
        "stories": list(stories(tables, places, clustered)),
        "cluster_articles": clustered,
        "clusters": list(clusters(tables, places, clustered)),
    }


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


def members_of(tables: Tables, places: list[Row], key: str) -> dict[str, list[Row]]:
    """The articles of each story or cluster, in the order of time."""
    key_of = {row["article_id"]: row[key] for row in places}
    members: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(tables["articles"], key=in_time):
        members[key_of[row["article_id"]]].append(row)
    return members


def stories(tables: Tables, places: list[Row], clustered: list[Row]) -> Iterable[Row]:
    topics = topics_by_article(tables)
    cluster_of = {row["article_id"]: row["cluster_id"] for row in clustered}
    for story_id, members in members_of(tables, places, "story_id").items():
        ids = [row["article_id"] for row in members]
        first, last = members[0]["published_at"], members[-1]["published_at"]
        timed = [row for row in members if row["published_precision"] == "time"]
        lead = lead_of(members, timed) or {}
        yield {
            "story_id": story_id,
            "title": members[0]["title"],
            "article_count": len(members),
            "provider_count": len({row["provider_domain"] for row in members}),
            "first_published_at": first,
            "last_published_at": last,
            "span_hours": hours(first, last),
            "lead_article_id": lead.get("article_id"),
            "lead_title": lead.get("title"),
            "lead_provider": lead.get("provider_domain"),
            "is_lead_tied": bool(timed) and is_led_by_several(timed),
            "top_topic": most(topic for each in ids for topic in topics.get(each, [])),
            "cluster_id": most(cluster_of[each] for each in ids),
            "syndicated_share": len(carried(tables["copy_articles"], set(ids))) / len(ids),
        }


def lead_of(members: list[Row], timed: list[Row]) -> Row | None:
    """The first article, where it is known; both in the order of time."""
    if len(members) == 1:
        return members[0]
    if not timed or is_led_by_several(timed):
        return None
    days = [row["published_date"] for row in members if row["published_precision"] != "time"]
    return None if days and min(days) <= timed[0]["published_date"] else timed[0]


def carried(copies: list[Row], ids: set[str]) -> set[str]:
    """Those of the articles whose text another domain among them carries, too."""
    inside = [row for row in copies if row["article_id"] in ids]
    return {
        row["article_id"]
        for group_rows in group(inside, "copy_id").values()
        if len({row["provider_domain"] for row in group_rows}) > 1
        for row in group_rows
    }


def cluster_articles(tables: Tables) -> list[Row]:
    """Connected components of lists and equal canonical URLs."""
    parent = {row["article_id"]: row["article_id"] for row in tables["articles"]}

    def root(article_id: str) -> str:
        while parent[article_id] != article_id:
            parent[article_id] = parent[parent[article_id]]
            article_id = parent[article_id]
        return article_id

    for url, same_url in group(tables["articles"], "canonical_url").items():
        for row in same_url[1:] if url is not None else []:
            parent[root(row["article_id"])] = root(same_url[0]["article_id"])
    for row in tables["related_items"]:
        if row["related_article_id"] is not None:
            parent[root(row["article_id"])] = root(row["related_article_id"])
    first: dict[str, str] = {}
    for row in sorted(tables["articles"], key=in_time):
        first.setdefault(root(row["article_id"]), row["article_id"])
    return [{"cluster_id": first[root(each)], "article_id": each} for each in parent]


def clusters(tables: Tables, places: list[Row], clustered: list[Row]) -> Iterable[Row]:
    story_of = {row["article_id"]: row["story_id"] for row in places}
    cluster_of = {row["article_id"]: row["cluster_id"] for row in clustered}
    listings: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in tables["related_items"]:
        listing, listed = row["article_id"], row["related_article_id"]
        if listed not in (None, listing):
            listings[cluster_of[listing]].add((listing, listed))
    for cluster_id, members in members_of(tables, clustered, "cluster_id").items():
        days = [row["published_date"] for row in members]
        own = listings[cluster_id]
        pairs = {frozenset(pair) for pair in own}
        yield {
            "cluster_id": cluster_id,
            "article_count": len(members),
            "provider_count": len({row["provider_domain"] for row in members}),
            "story_count": len({story_of[row["article_id"]] for row in members}),
            "first_published_at": members[0]["published_at"],
            "last_published_at": members[-1]["published_at"],
            "span_days": (max(days) - min(days)).days,
            "link_density": share(len(pairs), len(members) * (len(members) - 1) // 2),
            "reciprocity": share(len(own) - len(pairs), len(pairs)),
        }
