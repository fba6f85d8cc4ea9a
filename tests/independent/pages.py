"""Tidy rows → what pages name, by loops over words."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

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
