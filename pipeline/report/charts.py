"""The geometry of the charts: numbers in, positions on a drawing out. Knows no HTML and no data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

STEPS = (1, 2, 2.5, 5, 10)
"""What a step of an axis may be, times a power of ten."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled line of an axis: `at` in units of the drawing."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One upright bar; `label` is its tooltip, `kind` a class by which it is drawn otherwise."""

    x: float
    y: float
    width: float
    height: float
    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """An upright bar chart with its axes, in units of the drawing."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    levels: tuple[Tick, ...]
    marks: tuple[Tick, ...]

    @property
    def margin(self) -> int:
        """The room that the labels of the levels need on the left."""
        return 10 + 7 * max(len(level.label) for level in self.levels)


def number(value: float | None, digits: int = 0) -> str:
    """Format a number: `12,345`, `49.7`; a dash where there is none."""
    return "–" if value is None else f"{value:,.{digits}f}"


def axis_levels(highest: float, most: int = 4) -> list[float]:
    """Round values from 0 to at least `highest`, in at most `most` steps."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = max(next(each for each in STEPS if each * power >= rough * (1 - 1e-9)) * power, 1.0)
    return [step * index for index in range(math.ceil(highest / step - 1e-9) + 1)]


def bar_chart(
    values: Sequence[tuple[str, float]],
    marks: Sequence[tuple[int, str]],
    width: float = 960,
    height: float = 200,
    kinds: Mapping[int, str] = MappingProxyType({}),
) -> BarChart:
    """Draw a bar per (label, value), with `marks` (index of the bar, text) along the foot; `kinds`
    are those of bars that are drawn otherwise, by index."""
    levels = axis_levels(max((value for _, value in values), default=0))
    pitch = width / max(len(values), 1)
    thick = pitch * (0.84 if pitch > 4 else 1)
    bars = []
    for index, (label, value) in enumerate(values):
        tall = round(height * value / levels[-1], 2)
        left = round(index * pitch + (pitch - thick) / 2, 2)
        top, kind = round(height - tall, 2), kinds.get(index, "")
        bars.append(Bar(left, top, round(thick, 2), tall, label, kind))
    return BarChart(
        width,
        height,
        tuple(bars),
        tuple(Tick(round(height * (1 - level / levels[-1]), 2), number(level)) for level in levels),
        tuple(Tick(round((index + 0.5) * pitch, 2), text) for index, text in marks),
    )


def thin_out(marks: Sequence[tuple[int, str]], most: int) -> list[tuple[int, str]]:
    """Keep every nth of the marks, so that at most `most` stay."""
    return list(marks[:: max(1, math.ceil(len(marks) / most))])


def opacity(shade: float) -> float:
    """How opaque a shade of 0 to 1 is drawn: by its root, so that one large value leaves the others
    visible, and from 0.4 on, so that any differs from the ground; 0 is not drawn."""
    return round(0.4 + 0.6 * math.sqrt(shade), 3) if shade else 0.0


def share(value: float | None, highest: float | None) -> float:
    """Compute a value as percent of `highest`; 0 where there is nothing to compare."""
    return round(100 * value / highest, 2) if value and highest and highest > 0 else 0.0
