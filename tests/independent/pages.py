"""Tidy rows → what pages name and which articles they tell of, by loops over words."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from .tidy import Row, Tables

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
MONTH_NUMBERS = {
    name: number
    for number, month in enumerate(MONTHS, 1)
    for name in (month, month[:3], *(["sept"] if number == 9 else []))
}
SECOND_LEVEL = {"ac", "co", "com", "edu", "gov", "net", "org"}
FUNCTION_WORDS = """
    about after again against all also although am an and any are as at be because been before
    being between both but by can could did do does doing down during each for from further
    had has have having he her here hers him his how if in into is it its itself just may me
    might more most must my no nor not now of off on once one only or other our out over own
    said same say says she should so some such than that the their them then there these they
    this those through to too under until up us very was we were what when where which while
    who whom why will with would you your
"""
ENOUGH, TOO_COMMON, MOST_LINKS = 500, 2000, 10

Feature = tuple[str, str]
Evidence = dict[Feature, str]


def page_marts(tables: Tables) -> Tables:
    """Both marts of pages; links are found by what is named."""
    mentions = list(page_mentions(tables))
    return {"page_mentions": mentions, "page_links": list(page_links(tables, mentions))}


def fold(text: str) -> str:
    """Lower case, character by character."""
    return "".join(character.lower()[0] for character in text)


def words_of(text: str) -> list[str]:
    spaced = [c if unicodedata.category(c)[0] in "LMN" or c in "+#" else " " for c in text]
    return "".join(spaced).split()


def lines(tables: Tables) -> Iterator[tuple[str, int, str, str]]:
    for row in tables["page_paragraphs"]:
        yield row["page_id"], row["paragraph_position"], row["role"], row["text"]


@dataclass(frozen=True)
class Alias:
    kind: str
    value: str
    words: tuple[str, ...]
    style: str

    def fits(self, place: int, word: str) -> bool:
        """Whether a word of a page is the one at this place, by its rule of case."""
        own = self.words[place]
        if fold(own) != fold(word):
            return False
        capitals = sum(unicodedata.category(c) == "Lu" for c in word)
        if self.style == "capitals":
            return capitals >= 2
        if self.kind == "provider" and self.style == "any":
            return True
        is_acronym = 2 <= len(own) <= 5 and all(
            unicodedata.category(c) == "Lu" or unicodedata.category(c)[0] == "N" for c in own
        )
        if is_acronym or (self.kind == "topic" and len(self.words) == 1 and len(own) <= 3):
            return own == word
        if self.kind == "topic" or not any(
            unicodedata.category(c) in ("Lu", "Ll", "Lt") for c in own
        ):
            return True
        if len(self.words) > 1 and (own == fold(own) or own == "The"):
            return True
        return word != fold(word)


def spellings(tables: Tables) -> dict[str, str]:
    """The most used spelling of each name, whatever the domain."""
    uses: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in tables["provider_names"]:
        uses[row["provider_name"]][0] += row["article_count"]
        uses[row["provider_name"]][1] += row["mention_count"]
    best: dict[str, str] = {}
    for name in sorted(uses, key=lambda name: (-uses[name][0], -uses[name][1], name)):
        best.setdefault(fold(name), name)
    return best


def stem(domain: str) -> str:
    labels = domain.split(".")
    if len(labels) == 3 and labels[1] in SECOND_LEVEL:
        del labels[1]
    return labels[0] if len(labels) == 2 and len(labels[0]) >= 3 and labels[1] else ""


def aliases(tables: Tables) -> set[Alias]:
    found: set[Alias] = set()

    def add(kind: str, value: str, text: str, style: str) -> None:
        words = words_of(text)
        joined = " ".join(words)
        if len(joined) > 1 and any(unicodedata.category(c)[0] == "L" for c in joined):
            found.add(Alias(kind, value, tuple(words), style))

    named = spellings(tables)
    for name in named.values():
        add("provider", name, name, "cased")
        without = re.fullmatch(r"[Tt]he\s+(\S+\s.*)", name, re.ASCII)
        add("provider", name, without[1] if without else "", "cased")
    for row in tables["providers"]:
        domain = row["provider_domain"]
        value = named.get(fold(row["provider_name"]) if row["name_count"] == 1 else domain, domain)
        add("provider", value, domain, "any")
        if stem(domain) not in named:
            add("provider", value, stem(domain), "capitals")
    for row in tables["topics"]:
        topic = row["topic"]
        add("topic", topic, topic, "any")
        if topic[-1] not in "Ss":
            add("topic", topic, f"{topic}s", "any")
        elif re.fullmatch(r"\S+\s.*[^Ss][Ss]", topic, re.ASCII):
            add("topic", topic, topic[:-1], "any")
    return found


def page_mentions(tables: Tables) -> Iterable[Row]:
    by_first: dict[str, list[Alias]] = defaultdict(list)
    for alias in aliases(tables):
        by_first[fold(alias.words[0])].append(alias)
    places: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for page_id, position, _, text in lines(tables):
        for kind, value in [*names_in(words_of(text), by_first), *dates_in(text)]:
            places[page_id, kind, value].append(position)
    for (page_id, kind, value), positions in places.items():
        yield {
            "page_id": page_id,
            "kind": kind,
            "value": value,
            "mention_count": len(positions),
            "first_paragraph": min(positions),
        }


def names_in(words: list[str], by_first: dict[str, list[Alias]]) -> Iterator[tuple[str, str]]:
    """Kind and value of each mention; of names inside one another only the longest."""
    found: set[tuple[str, str, int, int]] = set()
    for start, word in enumerate(words):
        for alias in by_first.get(fold(word), ()):
            end = start + len(alias.words)
            if end <= len(words) and all(
                alias.fits(place, words[start + place]) for place in range(len(alias.words))
            ):
                found.add((alias.kind, alias.value, start, end))
    for kind, value, start, end in found:
        if not any(
            other == kind and first <= start and end <= last and last - first > end - start
            for other, _, first, last in found
        ):
            yield kind, value


def dates_in(text: str) -> Iterator[tuple[str, str]]:
    for numbers in "".join(c if c in "0123456789-" else " " for c in text).split():
        if re.fullmatch(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}", numbers):
            yield from real_date(*map(int, numbers.split("-")))
    words = [fold(word) for word in words_of(text)]
    for place, year in enumerate(words):
        if place < 2 or not re.fullmatch("[12][0-9]{3}", year):
            continue
        before, last = words[place - 2], words[place - 1]
        month, day = (before, last) if last[0] in "0123456789" else (last, before)
        if month == last and before == "of":
            day = words[place - 3] if place > 2 else ""
        number = re.fullmatch("([0-9]{1,2})(?:st|nd|rd|th)?", day)
        if number and month in MONTH_NUMBERS:
            yield from real_date(int(year), MONTH_NUMBERS[month], int(number[1]))


def real_date(year: int, month: int, day: int) -> Iterator[tuple[str, str]]:
    try:
        yield "date", date(year, month, day).isoformat()
    except ValueError:
        return


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
    return found


class Archive:
    """The candidates of an archive, their features and what each feature weighs."""

    def __init__(self, tables: Tables) -> None:
        providers = {row["provider_domain"]: row for row in tables["providers"]}
        self.targets = list(candidates(tables))
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
        return math.floor((1000 if feature[0] == "word" else 3000) * rarity * rarity)

    def compared(self, known: list[Feature]) -> set[int]:
        """What the rarest features bring, rarest first, until it is enough."""
        found: set[int] = set()
        brought = 0
        for feature in known:
            if brought < ENOUGH and self.counts[feature] <= TOO_COMMON:
                found.update(self.owners[feature])
            brought += self.counts[feature]
        return found

    def shared(self, number: int, known: set[Feature]) -> list[Feature]:
        return sorted(self.features[number] & known, key=self.places.__getitem__)

    def scores(self, evidence: Evidence) -> dict[int, tuple[int, list[Feature]]]:
        """Shared weight and features of every candidate with three words or more in common."""
        known = sorted(evidence.keys() & self.counts.keys(), key=self.places.__getitem__)
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
