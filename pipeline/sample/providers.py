"""The invented providers: every domain ends in a name reserved for examples and tests."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from pipeline.sample.words import FIELDS, PEOPLE, PLACES

_PAPERS = (
    "Ledger", "Lantern", "Gazette", "Almanac", "Beacon", "Crier", "Dispatch", "Chronicle",
    "Weathercock", "Bulletin", "Sentinel", "Broadsheet", "Observer", "Mail",
)  # fmt: skip
_STRIDE = 37  # coprime to the number of pairs: neighbours in rank share neither place nor paper


@dataclass(frozen=True, slots=True)
class Provider:
    """One domain, the names it goes by, its place in the archive and how it writes its URLs."""

    domain: str
    names: tuple[str, ...]
    number: int
    host: str


def _regional() -> tuple[Provider, ...]:
    places = [place for place in PLACES if place.isascii()]
    pairs = list(product(places, _PAPERS))
    made = []
    for number in range(len(pairs)):
        place, paper = pairs[number * _STRIDE % len(pairs)]
        word = (place + paper).lower().replace(" ", "")
        domain = f"{word}.{('example', 'test', 'news.example')[number % 3]}"
        names = [f"{'The ' if number % 4 == 0 else ''}{place} {paper}"]
        if number % 7 == 3:
            names.append(domain)
        if number % 7 == 5:
            names.append(f"{paper} ({place})")
        host = f"www.{domain}" if number % 2 else domain
        made.append(Provider(domain, tuple(names), number, host))
    return tuple(made)


def _channels() -> tuple[str, ...]:
    shows = ("Live", "Explains", "After Dark", "& Friends", "on the Road", "TV", "Unboxed")
    people = [f"{person} {show}" for person in PEOPLE for show in shows]
    themes = [f"{topic} {show}" for _, topics, _ in FIELDS for topic in topics for show in shows]
    return tuple((people + themes)[:134])


REGIONAL = _regional()
"""196 providers, most of them under one name; the first are the most prolific."""

VIDEO = Provider("clipharbor.example", _channels(), 1000, "clipharbor.example")
"""The video site: one domain, 134 channel names."""

AGGREGATOR = Provider(
    "newsdock.example",
    ("Newsdock", *(f"{provider.names[0]} on Newsdock" for provider in REGIONAL[:50])),
    1001,
    "www.newsdock.example",
)
"""The portal that reprints others: one domain, 51 names."""
