"""The invented providers: every domain ends in a name reserved for examples and tests."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from pipeline.sample.words import WORDS

_STRIDE = 37  # coprime to the number of pairs: neighbours in rank share neither place nor paper


@dataclass(frozen=True, slots=True)
class Provider:
    """One domain, the names it goes by, and the form of its URLs."""

    domain: str
    names: tuple[str, ...]
    url_form: str


def _regional() -> tuple[Provider, ...]:
    places = [place for place in WORDS["places"] if place.isascii()]
    pairs = list(product(places, WORDS["papers"]))
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
        url_form = WORDS["url_forms"][number % 4].replace("{host}", host)
        made.append(Provider(domain, tuple(names), url_form))
    return tuple(made)


REGIONAL = _regional()
"""196 providers, most of them under one name; the first are the most prolific."""

_CHANNELS = tuple(map(" ".join, product(WORDS["people"] + WORDS["topics"], WORDS["shows"])))
VIDEO = Provider(
    "clipharbor.example", _CHANNELS[:134], "https://clipharbor.example/watch?v={number:x}"
)
"""The video site: one domain, 134 channel names."""

_NAMES_ON_NEWSDOCK = [f"{provider.names[0]} on Newsdock" for provider in REGIONAL[:50]]
AGGREGATOR = Provider(
    "newsdock.example",
    ("Newsdock", *_NAMES_ON_NEWSDOCK),
    WORDS["url_forms"][1].replace("{host}", "www.newsdock.example"),
)
"""The portal that reprints others: one domain, 51 names."""
