"""Reproducible chance: every number is drawn from the seed and what it is for.

No generator is shared between records, so each can be made alone and in any order. Only
`Random.random()` is used: it is the one method whose sequence Python promises to keep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import shake_256
from random import Random
from typing import TypeAlias, TypeVar

Roll: TypeAlias = Callable[[], float]
"""Gives the next number of a stream, 0 <= number < 1."""

_Item = TypeVar("_Item")


def roll_for(seed: int, stream: int, number: int) -> Roll:
    """The numbers of record `number` (below 2^40) of one stream (below 100)."""
    return Random(((abs(seed) * 100 + stream) << 40) + number).random  # noqa: S311 - no secret


def pick(roll: Roll, items: Sequence[_Item]) -> _Item:
    """One item, all equally likely."""
    return items[int(roll() * len(items))]


def pick_early(roll: Roll, items: Sequence[_Item]) -> _Item:
    """One item, the early ones far more likely: the first tenth has a third of the draws."""
    chance = roll()
    return items[int(chance * chance * len(items))]


def noise(seed: int, number: int, size: int) -> bytes:
    """`size` bytes that look random, the same for equal arguments."""
    return shake_256(b"%d:%d" % (seed, number)).digest(size)
