"""When things are published: three years with a weekly rhythm, growth and a few bursts."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from itertools import accumulate

from pipeline.sample.chance import roll_for

FIRST_DAY = date(2020, 3, 2)
DAYS = 1096
MINUTES_PER_DAY = 1440
_STREAM = 1
_WEEKDAY_WEIGHTS = (10, 11, 12, 11, 10, 5, 4)
_BURSTS = 9
_BURST_SHAPE = (5, 4, 3, 2, 2)
_SPARE = 60  # stories that start on the last day still run on

DATES = tuple(FIRST_DAY + timedelta(days=day) for day in range(DAYS + _SPARE))
_TEXTS = tuple(day.isoformat() for day in DATES)


def _weights(seed: int) -> list[int]:
    weights = [_WEEKDAY_WEIGHTS[DATES[day].weekday()] * (DAYS + day // 2) for day in range(DAYS)]
    roll = roll_for(seed, _STREAM, 0)
    for _ in range(_BURSTS):
        first = int(roll() * (DAYS - len(_BURST_SHAPE)))
        for offset, factor in enumerate(_BURST_SHAPE):
            weights[first + offset] *= factor
    return weights


class Calendar:
    """Spreads positions 0..whole over the days; FIRST_DAY 00:00 UTC is minute 0."""

    def __init__(self, seed: int) -> None:
        self._ends = list(accumulate(_weights(seed)))

    def day(self, part: int, whole: int) -> int:
        """The day, counted from FIRST_DAY, of position `part` of `whole`."""
        return bisect_right(self._ends, part * self._ends[-1] // whole)


def day_text(minute: int) -> str:
    """`2020-03-02`."""
    return _TEXTS[minute // MINUTES_PER_DAY]


def timestamp(minute: int) -> str:
    """`2020-03-02T18:11:00Z`."""
    hour, rest = divmod(minute % MINUTES_PER_DAY, 60)
    return f"{_TEXTS[minute // MINUTES_PER_DAY]}T{hour:02d}:{rest:02d}:00Z"


def on_a_workday(minute: int) -> int:
    """The same time, a weekend moved two days on."""
    weekday = DATES[minute // MINUTES_PER_DAY].weekday()
    return minute + 2 * MINUTES_PER_DAY if weekday >= 5 else minute
