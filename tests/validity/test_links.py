"""Directions of lists: those planted are found, and none where lists are mutual."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from .planted import Figures, Planted, built, moment

pytestmark = pytest.mark.slow

OUTLETS = 6
ARTICLES = 12
"""Articles of each outlet."""

STEPS = (1, 2)
"""Each outlet lists those so many places after it, round and round."""

LOST_SHARE = 0.1
"""Share of the mutual mentions that are lost, as cut lists lose them."""


def name(outlet: int) -> str:
    return f"outlet{outlet}.example"


PLANTED = {(name(n), name((n + step) % OUTLETS)) for n in range(OUTLETS) for step in STEPS}


def mentions(is_mutual: bool) -> set[tuple[int, int]]:
    """Who lists whom, as numbers of articles; article k of outlet n is k * OUTLETS + n."""
    found = set()
    for outlet in range(OUTLETS):
        for step in STEPS:
            for k in range(ARTICLES):
                for other in (k, (k + 5) % ARTICLES):
                    here = k * OUTLETS + outlet
                    there = other * OUTLETS + (outlet + step) % OUTLETS
                    found |= {(here, there)} | ({(there, here)} if is_mutual else set())
    return found


@cache
def directions(is_mutual: bool, lost_share: float = 0) -> tuple[frozenset[tuple[str, str]], float]:
    """The rows with a direction, and the reciprocity of the archive."""
    random = Random(1)
    kept = [pair for pair in sorted(mentions(is_mutual)) if random.random() >= lost_share]
    articles = [
        Planted(
            name(number % OUTLETS),
            number,
            moment(number, 0),
            tuple(there for here, there in kept if here == number),
        )
        for number in range(OUTLETS * ARTICLES)
    ]
    with TemporaryDirectory() as folder, built(Path(folder), articles) as connection:
        rows = connection.execute(
            "select from_domain, to_domain from provider_links where has_direction"
        ).fetchall()
        [(reciprocity,)] = connection.execute(
            "select sum(resolved_mention_count * reciprocity) / sum(resolved_mention_count)"
            " from provider_links"
        ).fetchall()
    return frozenset(rows), reciprocity


def test_a_one_way_archive_gives_its_planted_directions_exactly() -> None:
    found, reciprocity = directions(is_mutual=False)
    assert found == PLANTED
    assert reciprocity == 0


def test_a_mutual_archive_gives_none() -> None:
    assert directions(is_mutual=True) == (frozenset(), 1)


def test_a_mutual_archive_with_lost_mentions_gives_none() -> None:
    found, reciprocity = directions(is_mutual=True, lost_share=LOST_SHARE)
    assert found == frozenset()
    assert 0.8 < reciprocity < 0.95


def figures() -> Figures:
    """Directions found in archives whose lists are planted."""
    one_way, _ = directions(is_mutual=False)
    mutual, _ = directions(is_mutual=True)
    lossy, reciprocity = directions(is_mutual=True, lost_share=LOST_SHARE)
    planted = f"{len(one_way & PLANTED)} of {len(PLANTED)}"
    return [
        ("one-way lists: planted directions found", planted, "all"),
        ("one-way lists: other directions", str(len(one_way - PLANTED)), "0"),
        ("mutual lists: directions", str(len(mutual)), "0"),
        (f"mutual lists, {reciprocity:.0%} reciprocated: directions", str(len(lossy)), "0"),
    ]
