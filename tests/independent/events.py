"""Tidy rows → which articles report the same happening, by the five steps of docs/methods.md."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

from .tidy import Row, Tables

WEEK = 7 * 86_400
"""A happening is news for so many seconds."""

LONGEST = 2 * WEEK
"""A story spans no more."""

KINDS = ("same_url", "copy", "related", "text")

Words: TypeAlias = dict[str, int]
"""The telling words of an article, with their weights."""

Pair: TypeAlias = tuple[int, int]
"""Two articles, by their numbers in the order of time, or two stories; the smaller first."""

Join: TypeAlias = tuple[str, int]
"""What joins a pair, one of KINDS, and the similarity in millionths."""


def story_articles(tables: Tables) -> list[Row]:
    """The rows of story_articles, from the tidy tables and the rows of copy_articles."""
    articles = sorted(tables["articles"], key=in_time)
    joins = joined_pairs(articles, tables)
    stories = merged(joins, articles)
    members: dict[int, list[int]] = defaultdict(list)
    for n, story in enumerate(stories):
        members[story].append(n)
    likest = likest_joins(joins, stories)
    rows = []
    for told in members.values():
        first = articles[told[0]]
        times = Counter(articles[n]["published_at"] for n in told)
        for position, n in enumerate(told, 1):
            other, kind, similarity = likest.get(n, (None, None, None))
            rows.append(
                {
                    "story_id": first["article_id"],
                    "article_id": articles[n]["article_id"],
                    "position": position,
                    "is_position_tied": times[articles[n]["published_at"]] > 1,
                    "lag_hours": lag(first, articles[n]) / 3600,
                    "joined_to_article_id": other
                    if other is None
                    else articles[other]["article_id"],
                    "evidence": kind,
                    "similarity": similarity if similarity is None else similarity / 1e6,
                }
            )
    return rows


def in_time(article: Row) -> tuple[datetime, str]:
    return article["published_at"], article["article_id"]


def lag(earlier: Row, later: Row) -> int:
    """Seconds from one to the other."""
    between: timedelta = later["published_at"] - earlier["published_at"]
    return between // timedelta(seconds=1)


def nearest(number: float) -> int:
    """The whole number next to one of 0 or more, the larger of two."""
    return math.floor(number + 0.5)


# 1. Telling words --------------------------------------------------------------------------


def words_of(text: str) -> set[str]:
    """Runs of letters and digits, in lower case letter by letter, cut to six."""
    lower = (letter.lower()[0] for letter in text)
    kept = (c if unicodedata.category(c)[0] in "LN" else " " for c in lower)
    return {word[:6] for word in "".join(kept).split(" ") if word}


def telling_words(articles: list[Row]) -> tuple[list[Words], Counter[str]]:
    """Of each article; and how many articles have each word."""
    texts = [
        (words_of(row["title"] or ""), words_of((row["excerpt"] or "")[:400])) for row in articles
    ]
    carriers = Counter(word for title, excerpt in texts for word in title | excerpt)
    rarity = {word: rarity_of(count, len(articles)) for word, count in carriers.items()}
    return [weights(title, excerpt, rarity) for title, excerpt in texts], carriers


def rarity_of(count: int, whole: int) -> int:
    """In thousandths; 0 for a word that tells nothing."""
    rarity = nearest(1000 * math.log((whole + 1) / (count + 0.5)))
    return 0 if count > 10 and rarity <= 250 * math.log(whole + 1) else rarity


def weights(title: set[str], excerpt: set[str], rarity: dict[str, int]) -> Words:
    shares: Counter[str] = Counter()
    for word in title | excerpt:
        if rarity[word] > 0:
            share = 0.0
            for text, thousands in ((title, 6000), (excerpt, 4000)):
                if word in text:
                    share += thousands * (rarity[word] / length(rarity[each] for each in text))
            shares[word] = nearest(share)
    kept = sorted(shares, key=lambda word: (-shares[word], word))[:16]
    whole = length(shares[word] for word in kept)
    return {word: nearest(10_000 * shares[word] / whole) for word in kept}


def length(numbers: Iterable[int]) -> float:
    return math.sqrt(sum(number**2 for number in numbers))


# 2. Similar texts --------------------------------------------------------------------------


def similar_texts(articles: list[Row]) -> dict[Pair, int]:
    """Similarities in millionths."""
    words, counts = telling_words(articles)
    products: Counter[Pair] = Counter()
    carriers: dict[str, list[int]] = defaultdict(list)
    for n, own in enumerate(words):
        for word, weight in own.items():
            for earlier in carriers[word][-1 if counts[word] > 1000 else -8 :]:
                if lag(articles[earlier], articles[n]) < WEEK:
                    products[earlier, n] += weight * words[earlier][word]
            carriers[word].append(n)
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (earlier, n), product in products.items():
        similarity = nearest(product / 100 * (1 - lag(articles[earlier], articles[n]) / WEEK))
        if outlet(articles[earlier]) == outlet(articles[n]):
            similarity //= 2
        if similarity >= 60_000:
            found[n].append((-similarity, earlier))
    return {(earlier, n): -less for n, each in found.items() for less, earlier in sorted(each)[:12]}


def outlet(article: Row) -> tuple[str, str]:
    return article["provider_domain"], article["provider_name"] or ""


# 3. Other evidence -------------------------------------------------------------------------


def joined_pairs(articles: list[Row], tables: Tables) -> dict[Pair, Join]:
    number = {row["article_id"]: n for n, row in enumerate(articles)}
    listed = set()
    for row in tables["related_items"]:
        if row["related_article_id"] is not None:
            listed.add(frozenset((number[row["article_id"]], number[row["related_article_id"]])))
    found: dict[Pair, list[Join]] = defaultdict(list)
    for (a, b), similarity in similar_texts(articles).items():
        found[a, b].append(("text", similarity))
        if frozenset((a, b)) in listed:
            nearness = 1 - lag(articles[a], articles[b]) / WEEK
            found[a, b].append(("related", similarity + nearest(50_000 * nearness)))
    for row in tables["copy_articles"]:
        a, b = number[row["copy_id"]], number[row["article_id"]]
        if a != b:
            found[a, b].append(
                ("copy", nearest(2_000_000 * row["similarity"] / (1 + row["similarity"])))
            )
    first: dict[str, int] = {}
    for n, article in enumerate(articles):
        url = article["canonical_url"]
        if url is not None and first.setdefault(url, n) != n:
            found[first[url], n].append(("same_url", 1_000_000))
    return {
        pair: (
            min((kind for kind, _ in joins), key=KINDS.index),
            min(max(similarity for _, similarity in joins), 1_000_000),
        )
        for pair, joins in found.items()
    }


# 4. Merging --------------------------------------------------------------------------------


def merged(joins: dict[Pair, Join], articles: list[Row]) -> list[int]:
    """The story of each article, by a number."""
    stories = list(range(len(articles)))
    while merges := one_round(joins, articles, stories):
        stories = [merges.get(story, story) for story in stories]
    return stories


def one_round(joins: dict[Pair, Join], articles: list[Row], stories: list[int]) -> dict[int, int]:
    """For each story that merges, the story it becomes."""
    spans: dict[int, tuple[int, int]] = {}
    strength: Counter[int] = Counter()
    for n, story in enumerate(stories):
        spans[story] = spans.get(story, (n, n))[0], n
        strength[story] += 1_000_000
    between: Counter[Pair] = Counter()
    for (a, b), (_, similarity) in joins.items():
        one, other = sorted((stories[a], stories[b]))
        if one == other:
            strength[one] += 2 * similarity
        else:
            between[one, other] += similarity

    def is_short(together: Iterable[int]) -> bool:
        ends = [spans[story] for story in together]
        return lag(articles[min(ends)[0]], articles[max(end for _, end in ends)]) <= LONGEST

    best: dict[int, tuple[int, int]] = {}
    for (one, other), likeness in between.items():
        cosine = nearest(1e6 * (likeness / math.sqrt(strength[one] * strength[other])))
        if cosine >= 250_000 and is_short((one, other)):
            best[one] = min(best.get(one, (0, 0)), (-cosine, other))
            best[other] = min(best.get(other, (0, 0)), (-cosine, one))
    finders: dict[Pair, set[int]] = defaultdict(set)
    for story, (_, found) in best.items():
        if (back := best[found][1]) in best and best[back][1] == found:
            finders[min(found, back), max(found, back)].add(story)
    return {
        story: pair[0]
        for pair, those in finders.items()
        for story in (those if is_short(those) else pair)
        if story != pair[0]
    }


# 5. Names ----------------------------------------------------------------------------------


def likest_joins(joins: dict[Pair, Join], stories: list[int]) -> dict[int, tuple[int, str, int]]:
    """For each article, the one of its story that it is joined to, by what, and how alike."""
    found: dict[int, list[tuple[bool, int, int, str]]] = defaultdict(list)
    for (a, b), (kind, similarity) in joins.items():
        if stories[a] == stories[b]:
            is_by_words = kind in ("related", "text")
            found[a].append((is_by_words, -similarity, b, kind))
            found[b].append((is_by_words, -similarity, a, kind))
    return {n: (b, kind, -less) for n, each in found.items() for _, less, b, kind in [min(each)]}
