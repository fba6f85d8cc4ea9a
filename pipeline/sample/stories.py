"""Stories: which articles tell of the same thing, when, and which of them the others cite.

Articles are dealt out in blocks of neighbours in time; a story never leaves its block, so the
graph of related items falls into small parts whatever the size of the archive.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from pipeline.sample.words import TOPICS_PER_FIELD, WORDS, Roll, pick, roll_for

_FIRST_DAY = datetime(2020, 3, 2)  # every time of the sample is UTC
_DAYS = 1096
_WEEKDAY_WEIGHTS = (10, 11, 12, 11, 10, 5, 4)
_BURSTS = 9
_BURST_SHAPE = (5, 4, 3, 2, 2)
_CALENDAR_STREAM, _STORY_STREAM = 1, 2
_CITED_AT_LEAST = 8
_OUTSIDE = 1 << 39  # indices from here on are items no file of the archive holds

_SIZES = ((0.55, 1, 1), (0.72, 2, 4), (0.83, 5, 15), (0.93, 20, 60), (1.0, 60, 150))
"""Chance up to which a story has between these many articles: most are small, a few large."""


class Calendar:
    """Spreads positions 0..whole over three years with a weekly rhythm, growth and a few bursts."""

    def __init__(self, seed: int, whole: int) -> None:
        weights = [
            _WEEKDAY_WEIGHTS[(_FIRST_DAY.weekday() + day) % 7] * (_DAYS + day // 2)
            for day in range(_DAYS)
        ]
        roll = roll_for(seed, _CALENDAR_STREAM, 0)
        for _ in range(_BURSTS):
            first = int(roll() * (_DAYS - len(_BURST_SHAPE)))
            for offset, factor in enumerate(_BURST_SHAPE):
                weights[first + offset] *= factor
        self._ends = list(accumulate(weights))
        self._whole = whole

    def day(self, position: int) -> datetime:
        """The day of a position, at 00:00 UTC."""
        number = bisect_right(self._ends, position * self._ends[-1] // self._whole)
        return _FIRST_DAY + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Story:
    """One event: what it is about, its articles (first one leads) and the items cited.

    `subject` is its `place`, `body` and `thing`; it starts on `day`.
    """

    topics: list[str]
    subject: dict[str, str]
    members: tuple[int, ...]
    cited: tuple[int, ...]
    day: datetime


def _size(roll: Roll, largest: int) -> int:
    chance = roll()
    low, high = next((low, high) for limit, low, high in _SIZES if chance < limit)
    return min(largest, low + int(roll() * (high - low + 1)))


def _cited(members: tuple[int, ...], roll: Roll) -> tuple[int, ...]:
    """All of a few or a third of many; now and then an item from outside the archive."""
    if len(members) == 1:
        return ()
    cited = members[: max(_CITED_AT_LEAST, (len(members) + 2) // 3)]
    if len(members) > 4 and roll() < 0.4:
        return (*cited, _OUTSIDE + members[0])
    return cited


def _story(members: tuple[int, ...], calendar: Calendar, roll: Roll) -> Story:
    field = pick(roll, range(0, len(WORDS["topics"]), TOPICS_PER_FIELD))
    topics = WORDS["topics"][field : field + TOPICS_PER_FIELD]
    first = int(roll() * len(topics))
    count = 1 + int(roll() * roll() * 4)
    return Story(
        topics=[topics[(first + step) % len(topics)] for step in range(count)],
        subject={
            "place": pick(roll, WORDS["places"]),
            "body": pick(roll, WORDS["bodies"]),
            "thing": WORDS["things"][field + first],
        },
        members=members,
        cited=_cited(members, roll),
        day=calendar.day(members[len(members) // 2]),
    )


def stories_of_block(seed: int, block: int, indices: range, calendar: Calendar) -> list[Story]:
    """The stories of one block; every index is a member of exactly one."""
    roll = roll_for(seed, _STORY_STREAM, block)
    largest = max(6, len(indices) // 3)
    left = sorted(indices, key=lambda _: roll())
    stories = []
    while left:
        size = _size(roll, largest)
        stories.append(_story(tuple(sorted(left[:size])), calendar, roll))
        del left[:size]
    return stories
