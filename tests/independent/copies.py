"""Tidy rows → copies, syndication and repeated articles, every text compared with every other."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations, pairwise
from typing import TypeAlias

from .stories import canonical_title, hours, in_time, is_led_by_several
from .tidy import Row, Tables

WORDS = 9
"""A text of fewer says nothing."""

SHINGLES = 10
"""A set of fewer is not compared."""

PHRASE = 30
"""What occurs more often is a phrase of the archive; in a small one a twentieth of its texts."""

APART = timedelta(days=14)

ALIKE = 0.18

Words: TypeAlias = tuple[str, ...]
Shingles: TypeAlias = set[tuple[str, str]]


@dataclass
class Text:
    """A text, with its articles in the order of time."""

    articles: list[Row] = field(default_factory=list)
    title: list[tuple[str, str]] = field(default_factory=list)
    excerpt: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text_id(self) -> str:
        return str(self.articles[0]["article_id"])


def copy_marts(tables: Tables) -> Tables:
    """The marts of copies and repeats, each from the tidy tables alone."""
    articles = sorted(tables["articles"], key=in_time)
    pairs = list(copy_pairs(articles))
    by_id = {row["article_id"]: row for row in articles}
    groups = list(copy_groups(pairs, by_id))
    return {
        "copy_pairs": sorted(pairs, key=lambda row: tuple(row.values())[:2]),
        "copy_articles": [row for group in groups for row in group],
        "syndication": [syndicated(group, by_id) for group in groups],
        "duplicate_articles": sorted(repeats(articles), key=lambda row: row["article_id"]),
    }


def words_of(text: str | None) -> Words:
    letters = (c if unicodedata.category(c)[0] in "LMN" else " " for c in (text or "").lower())
    return tuple("".join(letters).split())


def shingles(words: Words) -> list[tuple[str, str]]:
    return list(pairwise(words))


def texts_of(articles: list[Row]) -> list[Text]:
    titles: dict[tuple[Words, str], set[Words]] = defaultdict(set)
    for row in articles:
        key = words_of(row["excerpt"]), row["provider_domain"]
        titles[key].add(words_of(canonical_title(row)))
    standing = {excerpt for (excerpt, _), found in titles.items() if len(found) >= 3}
    texts: dict[Words, Text] = defaultdict(Text)
    for row in articles:
        title, excerpt = words_of(canonical_title(row)), words_of(row["excerpt"])
        is_told = len(excerpt) >= WORDS and excerpt not in standing
        text = texts[excerpt if is_told else title]
        if not text.articles:
            text.title, text.excerpt = shingles(title), shingles(excerpt) if is_told else []
        text.articles.append(row)
    return list(texts.values())


def jaccard(a: Shingles, b: Shingles) -> float:
    return len(a & b) / len(a | b) if min(len(a), len(b)) >= SHINGLES else 0


def copy_pairs(articles: list[Row]) -> Iterable[Row]:
    texts = texts_of(articles)
    for text in texts:
        yield from equal_pairs(text)
    phrase = min(PHRASE, max(5, len(texts) / 20))
    counts = Counter(shingle for text in texts for shingle in text.title + text.excerpt)
    sets = [
        (
            {shingle for shingle in text.title + text.excerpt if counts[shingle] <= phrase},
            {shingle for shingle in text.excerpt if counts[shingle] <= phrase},
        )
        for text in texts
    ]
    for (a, of_a), (b, of_b) in combinations(zip(texts, sets, strict=True), 2):
        if b.articles[0]["published_at"] - a.articles[0]["published_at"] > APART:
            continue
        similarity = max(jaccard(*both) for both in zip(of_a, of_b, strict=True))
        if similarity >= ALIKE:
            yield pair(a.articles[0], b.articles[0], "edited", similarity)


def equal_pairs(text: Text) -> Iterable[Row]:
    first, *others = text.articles
    if max(len(text.excerpt), len(text.title)) + 1 < WORDS:
        return
    title = words_of(canonical_title(first))
    for row in others:
        is_same = words_of(canonical_title(row)) == title
        yield pair(first, row, "identical" if is_same else "retitled", 1.0)


def pair(earlier: Row, later: Row, kind: str, similarity: float) -> Row:
    return {
        "earlier_article_id": earlier["article_id"],
        "later_article_id": later["article_id"],
        "kind": kind,
        "similarity": similarity,
    }


def copy_groups(pairs: list[Row], by_id: dict[str, Row]) -> Iterable[list[Row]]:
    """The rows of each group of two domains or more, in the order of their keys."""
    equals: dict[str, list[Row]] = defaultdict(list)
    earlier: dict[str, list[Row]] = defaultdict(list)
    for row in pairs:
        if row["kind"] == "edited":
            earlier[row["later_article_id"]].append(row)
        else:
            equals[row["earlier_article_id"]].append(row)
    followers: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for text, found in earlier.items():
        best = max(row["similarity"] for row in found)
        near = [row for row in found if row["similarity"] >= best / 2]
        source = min(near, key=lambda row: in_time(by_id[row["earlier_article_id"]]))
        followers[source["earlier_article_id"]].append((text, source["similarity"]))
    firsts = followers.keys() | (equals.keys() - earlier.keys())
    for first in sorted(firsts):
        carried: list[tuple[str, str | None, float]] = [(first, None, 1.0)]
        carried += [(row["later_article_id"], row["kind"], 1.0) for row in equals[first]]
        for text, similarity in followers[first]:
            same = [text, *(row["later_article_id"] for row in equals[text])]
            carried += [(article, "edited", similarity) for article in same]
        if len({by_id[article]["provider_domain"] for article, _, _ in carried}) > 1:
            yield group_rows(first, carried, by_id)


def group_rows(
    first: str, carried: list[tuple[str, str | None, float]], by_id: dict[str, Row]
) -> list[Row]:
    in_order = sorted(carried, key=lambda each: in_time(by_id[each[0]]))
    seconds = Counter(by_id[article]["published_at"] for article, _, _ in carried)
    rows = [
        {
            "copy_id": first,
            "article_id": article,
            "provider_domain": by_id[article]["provider_domain"],
            "position": position,
            "is_position_tied": seconds[by_id[article]["published_at"]] > 1,
            "kind": kind,
            "similarity": similarity,
        }
        for position, (article, kind, similarity) in enumerate(in_order, 1)
    ]
    return sorted(rows, key=lambda row: row["article_id"])


def syndicated(group: list[Row], by_id: dict[str, Row]) -> Row:
    kinds = {row["kind"] for row in group}
    articles = sorted((by_id[row["article_id"]] for row in group), key=in_time)
    first, last = articles[0]["published_at"], articles[-1]["published_at"]
    return {
        "copy_id": group[0]["copy_id"],
        "title": by_id[group[0]["copy_id"]]["title"],
        "kind": next(k for k in ("edited", "retitled", "identical") if k in kinds),
        "similarity": min(row["similarity"] for row in group),
        "provider_count": len({row["provider_domain"] for row in articles}),
        "article_count": len(articles),
        "first_provider": first_provider(articles),
        "is_first_tied": is_led_by_several(articles),
        "first_published_at": first,
        "span_hours": hours(first, last),
    }


def first_provider(articles: list[Row]) -> str | None:
    timed = [row for row in articles if row["published_precision"] == "time"]
    if not timed:
        return None
    first = timed[0]["published_at"]
    untimed = [row for row in articles if row["published_precision"] != "time"]
    possible = [row for row in timed if row["published_at"] == first]
    possible += [row for row in untimed if row["published_at"].date() <= first.date()]
    domains = {row["provider_domain"] for row in possible}
    return domains.pop() if len(domains) == 1 else None


def repeats(articles: list[Row]) -> Iterable[Row]:
    """`articles` in the order of time."""
    by_url: dict[str, str] = {}
    by_text: dict[tuple[object, ...], str] = {}
    for row in articles:
        article = row["article_id"]
        title, excerpt = words_of(canonical_title(row)), words_of(row["excerpt"])
        key = row["provider_domain"], (row["provider_name"] or "").lower(), title, excerpt
        same_url = by_url.setdefault(row["canonical_url"] or article, article)
        same_text = by_text.setdefault(key, article)
        if same_url != article:
            yield {"article_id": article, "duplicate_of": same_url, "reason": "same_url"}
        elif same_text != article and len(title + excerpt) >= WORDS:
            reason = "same_provider_and_title"
            yield {"article_id": article, "duplicate_of": same_text, "reason": reason}
