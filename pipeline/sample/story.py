"""Stories: which articles tell of the same thing, and which of them the others cite.

Articles are dealt out in blocks of neighbours in time; a story never leaves its block, so the
graph of related items falls into small parts whatever the size of the archive.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.sample.chance import Roll, pick, roll_for
from pipeline.sample.words import BODIES, FIELDS, PLACES

_STREAM = 2
_LARGEST_BLOCK = 600
_CITED_AT_LEAST = 8
_OUTSIDE = 1 << 39  # indices from here on are items no file of the archive holds

_SIZES = ((0.55, 1, 1), (0.72, 2, 4), (0.83, 5, 15), (0.93, 20, 60), (1.0, 60, 150))
"""Chance up to which a story has between these many articles: most are small, a few large."""


@dataclass(frozen=True, slots=True)
class Story:
    """One event: what it is about, its articles (first one leads) and the items cited."""

    topics: tuple[str, ...]
    place: str
    body: str
    thing: str
    members: tuple[int, ...]
    cited: tuple[int, ...]


def block_size(articles: int) -> int:
    """Articles per block: a few months of a small archive, hours of a large one."""
    return min(_LARGEST_BLOCK, max(20, articles // 3))


def _size(roll: Roll, largest: int) -> int:
    chance = roll()
    low, high = next((low, high) for limit, low, high in _SIZES if chance < limit)
    return min(largest, low + int(roll() * (high - low + 1)))


def _cited(members: tuple[int, ...], roll: Roll) -> tuple[int, ...]:
    """All of a few or a third of many; now and then an item from outside the archive."""
    cited = members[: max(_CITED_AT_LEAST, (len(members) + 2) // 3)]
    if len(members) > 4 and roll() < 0.4:
        return (*cited, _OUTSIDE + members[0])
    return cited


def _story(members: tuple[int, ...], roll: Roll) -> Story:
    _, topics, things = pick(roll, FIELDS)
    first = int(roll() * len(topics))
    count = 1 + int(roll() * roll() * 4)
    return Story(
        topics=tuple(topics[(first + step) % len(topics)] for step in range(count)),
        place=pick(roll, PLACES),
        body=pick(roll, BODIES),
        thing=things[first],
        members=members,
        cited=_cited(members, roll) if len(members) > 1 else (),
    )


def stories_of_block(seed: int, block: int, indices: range) -> list[Story]:
    """The stories of one block; every index is a member of exactly one."""
    roll = roll_for(seed, _STREAM, block)
    largest = max(6, len(indices) // 3)
    left = sorted(indices, key=lambda _: roll())
    stories = []
    while left:
        size = _size(roll, largest)
        members = tuple(sorted(left[:size]))
        del left[:size]
        stories.append(_story(members, roll))
    return stories
