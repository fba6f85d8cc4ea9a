"""Words and numbers drawn by reproducible chance: from the seed and what they are for.

No generator is shared between records, so each can be made alone and in any order. Only
`Random.random()` is used: it is the one method whose sequence Python promises to keep.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import TypeAlias, TypeVar

WORDS: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)
TOPICS_PER_FIELD = 5

_NOT_SLUG = re.compile(r"[^a-z0-9]+")

Roll: TypeAlias = Callable[[], float]
"""Gives the next number of a stream, 0 <= number < 1."""

_Item = TypeVar("_Item")


def roll_for(seed: int, stream: int, number: int) -> Roll:
    """Draw the numbers of record `number` (below 2^40) of one stream (below 100)."""
    return Random(((abs(seed) * 100 + stream) << 40) + number).random  # noqa: S311 - no secret


def pick(roll: Roll, items: Sequence[_Item]) -> _Item:
    """Pick one item, all equally likely."""
    return items[int(roll() * len(items))]


def pick_early(roll: Roll, items: Sequence[_Item]) -> _Item:
    """Pick one item, early ones far more likely: the first tenth has a third of the draws."""
    chance = roll()
    return items[int(chance * chance * len(items))]


def sentence(roll: Roll, forms: str, subject: dict[str, str]) -> str:
    """Fill one of the `forms` with a place, body and thing; it starts in upper case."""
    text = pick(roll, WORDS[forms]).format(
        **subject,
        verb=pick(roll, WORDS["verbs"]),
        detail=pick(roll, WORDS["details"]),
        person=pick(roll, WORDS["people"]),
        count=2 + int(roll() * 400),
    )
    return text[0].upper() + text[1:]


def slug_of(title: str) -> str:
    """Write a title as lower-case ASCII words joined by `-`, at most 90 characters."""
    if not title.isascii():
        title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("-", title.lower()).strip("-")[:90].rstrip("-")
