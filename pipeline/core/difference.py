"""How two builds differ, as told to whoever asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """One row of a mart, by its key as text, with a number of it before and after."""

    segment: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Movement:
    """How far a column of a mart moved, as a share of what it was.

    `moved_share` is the sum of the differences of all segments, whatever their sign, over the sum
    of their values before: 0.03 where an outlet with 3 % of the articles is gone; None where there
    was nothing before. `segments` are those that moved most, a few.
    """

    column: str
    moved_share: float | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class RelationDifference:
    """What differs in a table or mart, in rows; one that a build has not counts as empty.

    `columns` says in how many rows each column changed, of those present on both sides, the most
    first. `columns_added` and `columns_removed` are those of one build; a column of another type
    is both. `movements` are of marts alone, in the order of their columns.
    """

    name: str
    kind: str
    rows_before: int
    rows_after: int
    added: int
    removed: int
    changed: int
    columns: dict[str, int]
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    movements: tuple[Movement, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """How the build of the run `new` differs from that of `old`.

    `relations` are the tables and marts that differ, in the order of the catalog; `unchanged` the
    names of all others; `added` and `removed` of those that only one of the builds has.
    """

    old: str
    new: str
    relations: tuple[RelationDifference, ...]
    unchanged: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
