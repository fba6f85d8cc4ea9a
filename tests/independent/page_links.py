"""Tidy rows → which articles pages tell of, by loops over words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from .pages import fold, lines, page_mentions, words_of
from .tidy import Row, Tables

FUNCTION_WORDS = """
    about after again against all also although am an and any are as at be because been before
    being between both but by can could did do does doing down during each for from further
    had has have having he her here hers him his how if in into is it its itself just may me
    might more most must my no nor not now of off on once one only or other our out over own
    said same say says she should so some such than that the their them then there these they
    this those through to too under until up us very was we were what when where which while
    who whom why will with would you your
"""
MOST_COMPARED, LEAST_COMPARED, MOST_LINKS = 500, 10, 10
MOST_PAIRS, MOST_PAIRS_PER_ARTICLE = 4_000_000, 2_000
FACTORS = {"word": 1000, "date": 3000, "provider": 3000, "dated provider": 0}

Feature = tuple[str, str]
Evidence = dict[Feature, str]


def page_marts(tables: Tables) -> Tables:
    """Both marts of pages; links are found by what is named."""
    mentions = list(page_mentions(tables))
    return {"page_mentions": mentions, "page_links": list(page_links(tables, mentions))}


def candidates(tables: Tables) -> Iterator[Row]:
    """Articles, then the first mention of each unresolved item, in the order that breaks ties."""
    for row in sorted(tables["articles"], key=lambda row: row["article_id"]):
        yield row | {"target_kind": "article", "listing": None, "day": row["published_at"]}
    seen: set[str] = set()
    order = ("article_id", "related_position")
    for row in sorted(tables["related_items"], key=lambda row: tuple(row[name] for name in order)):
        key = item_key(row)
        if key is not None and key not in seen:
            seen.add(key)
            yield row | {
                "target_kind": "related",
                "article_id": None,
                "listing": row["article_id"],
                "day": row["published_at"],
                "key": key,
            }


def item_key(item: Row) -> str | None:
    if item["related_article_id"] is not None:
        return None
    key: str | None = item["title"] if item["canonical_url"] is None else item["canonical_url"]
    return key


def subject_words(text: str) -> set[Feature]:
    return {("word", word) for word in words_of(fold(text)) if len(word) > 1}


def features(target: Row, providers: dict[str, Row]) -> set[Feature]:
    texts = [text for text in (target["title"], target["excerpt"]) if text is not None]
    found = {f for f in subject_words(" ".join(texts)) if f[1] not in FUNCTION_WORDS.split()}
    if target["day"] is not None:
        found.add(("date", target["day"].date().isoformat()))
    name, domain = target["provider_name"], target["provider_domain"]
    provider: Row = providers.get(domain, {}) if domain is not None else {}
    if name is None and provider.get("name_count") == 1:
        name = provider["provider_name"]
    if name is not None or domain is not None:
        found.add(("provider", fold(domain if name is None else name)))
    if provider.get("name_count", 0) > 1:
        found.add(("provider", domain))
    return found | dated_providers(found)


def dated_providers(found: Iterable[Feature]) -> set[Feature]:
    """A date and a provider together; they weigh nothing, but bring what is rarer than both."""
    known = list(found)
    days = [feature for kind, feature in known if kind == "date"]
    providers = [feature for kind, feature in known if kind == "provider"]
    return {("dated provider", f"{day} {provider}") for day in days for provider in providers}


class Archive:
    """The candidates of an archive, their features and what each feature weighs."""

    def __init__(self, tables: Tables) -> None:
        providers = {row["provider_domain"]: row for row in tables["providers"]}
        self.targets = list(candidates(tables))
        pairs = MOST_PAIRS + MOST_PAIRS_PER_ARTICLE * len(tables["articles"])
        fitting = pairs // max(len(tables["pages"]), 1)
        self.most_compared = max(LEAST_COMPARED, min(MOST_COMPARED, fitting))
        self.features = [features(target, providers) for target in self.targets]
        counts = Counter(feature for own in self.features for feature in own)
        ordered = sorted(counts, key=lambda feature: (counts[feature], *feature))
        self.counts = counts
        self.places = {feature: place for place, feature in enumerate(ordered)}
        self.weights = {feature: self.weight(feature) for feature in counts}
        self.owners: dict[Feature, list[int]] = defaultdict(list)
        for number, own in enumerate(self.features):
            for feature in own:
                self.owners[feature].append(number)
        totals = [sum(self.weights[feature] for feature in own) for own in self.features]
        average = sum(totals) // len(totals) if totals else 0
        self.full = [max(total, average) for total in totals]
        self.items: dict[str, set[str]] = defaultdict(set)
        for row in tables["related_items"]:
            if (key := item_key(row)) is not None:
                self.items[row["article_id"]].add(key)

    def weight(self, feature: Feature) -> int:
        rarity = math.log((len(self.targets) + 1) / self.counts[feature])
        return math.floor(FACTORS[feature[0]] * rarity * rarity)

    def compared(self, known: list[Feature]) -> set[int]:
        """What the rarest features bring, rarest first, as long as it is not too much."""
        found: set[int] = set()
        brought = 0
        for feature in known:
            brought += self.counts[feature]
            if brought <= self.most_compared:
                found.update(self.owners[feature])
        return found

    def shared(self, number: int, known: set[Feature]) -> list[Feature]:
        return sorted(self.features[number] & known, key=self.places.__getitem__)

    def scores(self, evidence: Evidence) -> dict[int, tuple[int, list[Feature]]]:
        """Shared weight and features of every candidate with three words or more in common."""
        features = evidence.keys() | dated_providers(evidence)
        known = sorted(features & self.counts.keys(), key=self.places.__getitem__)
        found = {}
        for number in self.compared(known):
            shared = self.shared(number, set(known))
            weight = sum(self.weights[feature] for feature in shared)
            if weight and sum(kind == "word" for kind, _ in shared) >= 3:
                found[number] = (weight, shared)
        return found


def page_links(tables: Tables, mentions: list[Row]) -> Iterable[Row]:
    archive = Archive(tables)
    texts: dict[str, Evidence] = {page["page_id"]: {} for page in tables["pages"]}
    for page_id, _, role, text in lines(tables):
        if role in ("headline", "dek", "body"):
            texts[page_id] |= {feature: feature[1] for feature in subject_words(text)}
    named: dict[str, Evidence] = defaultdict(dict)
    for row in mentions:
        if row["kind"] != "topic":
            named[row["page_id"]][row["kind"], fold(row["value"])] = row["value"]
    for page_id, words in texts.items():
        yield from links_of(page_id, archive, words, words | named[page_id])


def links_of(page_id: str, archive: Archive, words: Evidence, evidence: Evidence) -> Iterator[Row]:
    scores = archive.scores(evidence)
    ranked = sorted(scores, key=lambda n: (-(scores[n][0] / archive.full[n]), n))
    direct = {n for n in scores if scores[n][0] * 10 >= archive.full[n] * 4}
    listed = {
        key
        for n in direct
        if archive.targets[n]["article_id"] is not None
        for key in archive.items[archive.targets[n]["article_id"]]
    }
    links = [n for n in ranked if n in direct or archive.targets[n].get("key") in listed]
    kept = links[:MOST_LINKS]
    reached = [scores[number][0] / archive.full[number] for number in kept]
    for rank, number in enumerate(kept, 1):
        weight, shared = scores[number]
        method = [] if number in direct else ["listed"]
        yield {
            "page_id": page_id,
            "rank": rank,
            "is_rank_tied": reached.count(reached[rank - 1]) > 1,
            **described(archive, number),
            "score": weight / archive.full[number],
            **explained(archive, number, shared, evidence, method),
            "link_note": None,
        }
    if not links:
        yield unlinked(page_id, note(archive, words, scores, ranked))


def described(archive: Archive, number: int) -> Row:
    target = archive.targets[number]
    return {
        "target_kind": target["target_kind"],
        "article_id": target["article_id"],
        "listing_article_id": target["listing"],
        "related_position": target.get("related_position"),
        "title": target["title"],
    }


def explained(
    archive: Archive, number: int, shared: list[Feature], evidence: Evidence, method: list[str]
) -> Row:
    by_kind: dict[str, list[Feature]] = {"word": [], "date": [], "provider": []}
    for feature in shared:
        if feature[0] in by_kind:
            by_kind[feature[0]].append(feature)
    row: Row = {
        f"{kind}_score": sum(archive.weights[f] for f in found) / archive.full[number]
        for kind, found in by_kind.items()
    }
    texts = {kind: ", ".join(evidence[f] for f in found) for kind, found in by_kind.items()}
    names = {"word": "terms", "date": "date", "provider": "provider"}
    return row | {
        "matched_term_count": len(by_kind["word"]),
        "matched_terms": texts["word"],
        "matched_date": date.fromisoformat(texts["date"]) if texts["date"] else None,
        "matched_provider": texts["provider"] or None,
        "method": "+".join(method + [names[kind] for kind, found in by_kind.items() if found]),
    }


def note(archive: Archive, words: Evidence, scores: dict[int, Any], ranked: list[int]) -> str:
    if not archive.targets:
        return "the archive has no article or related item to compare with"
    if not words:
        return "the page has no words to compare"
    if not ranked:
        return "no article or related item shares three words with the page"
    best = ranked[0]
    hundredths = scores[best][0] * 100 // archive.full[best]
    title = archive.targets[best]["title"]
    text = f"the nearest of {len(ranked)} compared scores {hundredths} hundredths, a link takes 40:"
    return text if title is None else f"{text} {title}"


def unlinked(page_id: str, link_note: str) -> Row:
    nothing = [
        *("article_id", "listing_article_id", "related_position", "title", "score"),
        *("word_score", "date_score", "provider_score"),
        *("matched_terms", "matched_date", "matched_provider"),
    ]
    return {
        "page_id": page_id,
        "rank": 1,
        "is_rank_tied": False,
        "target_kind": "none",
        **dict.fromkeys(nothing),
        "matched_term_count": 0,
        "method": "none",
        "link_note": link_note,
    }
