"""Stories: which articles are about the same thing, when, and which of them the others list.

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
_CALENDAR_STREAM, _STORY_STREAM, _PLACE_STREAM = 1, 2, 9
_LISTED_AT_LEAST = 8
_FEW_PLACES = 3_000  # articles that make do with the places of the word list
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
        """Return the day of a position, at 00:00 UTC."""
        number = bisect_right(self._ends, position * self._ends[-1] // self._whole)
        return _FIRST_DAY + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Story:
    """One event: what it is about, its articles (first one leads) and the items listed.

    `subject` is its `place`, `body` and `thing`; it starts on `day`.
    """

    topics: list[str]
    subject: dict[str, str]
    members: tuple[int, ...]
    listed: tuple[int, ...]
    day: datetime


def _size(roll: Roll, largest: int) -> int:
    chance = roll()
    low, high = next((low, high) for limit, low, high in _SIZES if chance < limit)
    return min(largest, low + int(roll() * (high - low + 1)))


def _listed(members: tuple[int, ...], roll: Roll) -> tuple[int, ...]:
    """All of a few or a third of many; now and then an item from outside the archive."""
    if len(members) == 1:
        return ()
    listed = members[: max(_LISTED_AT_LEAST, (len(members) + 2) // 3)]
    if len(members) > 4 and roll() < 0.4:
        return (*listed, _OUTSIDE + members[0])
    return listed


def _place(seed: int, first: int, roll: Roll) -> str:
    """Choose where a story happens: the more articles an archive has, the more places are in it."""
    place = pick(roll, WORDS["places"])
    if first < _FEW_PLACES:
        return place
    roll = roll_for(seed, _PLACE_STREAM, first)
    return "".join(pick(roll, WORDS[f"place_{part}"]) for part in ("starts", "middles", "ends"))


def _story(seed: int, members: tuple[int, ...], calendar: Calendar, roll: Roll) -> Story:
    field = pick(roll, range(0, len(WORDS["topics"]), TOPICS_PER_FIELD))
    topics = WORDS["topics"][field : field + TOPICS_PER_FIELD]
    first = int(roll() * len(topics))
    count = 1 + int(roll() * roll() * 4)
    return Story(
        topics=[topics[(first + step) % len(topics)] for step in range(count)],
        subject={
            "place": _place(seed, members[0], roll),
            "body": pick(roll, WORDS["bodies"]),
            "thing": WORDS["things"][field + first],
        },
        members=members,
        listed=_listed(members, roll),
        day=calendar.day(members[len(members) // 2]),
    )


def stories_of_block(seed: int, block: int, indices: range, calendar: Calendar) -> list[Story]:
    """Make the stories of one block; every index is a member of exactly one."""
    roll = roll_for(seed, _STORY_STREAM, block)
    largest = max(6, len(indices) // 3)
    left = sorted(indices, key=lambda _: roll())
    stories = []
    while left:
        size = _size(roll, largest)
        stories.append(_story(seed, tuple(sorted(left[:size])), calendar, roll))
        del left[:size]
    return stories
