"""Copies are found where they were planted and nowhere else, and all that a comparison of every
text with every other finds."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.independent.copies import ALIKE, APART, PHRASE, SHINGLES, in_time, texts_of
from tests.validity.copies import (
    ARTICLES,
    EDITS,
    Pair,
    Row,
    copy_pairs,
    figures,
    of_templates,
    planted,
    recall_and_precision,
    unrelated,
)

__all__ = ["figures"]

MANY = 20_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_planted_edits_are_found(seed: int) -> None:
    recall, precision = recall_and_precision(seed)
    assert recall >= 0.95
    assert precision >= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("make", [unrelated, of_templates])
def test_nothing_is_found_where_nothing_is(
    make: Callable[[random.Random, int], list[Row]],
) -> None:
    assert copy_pairs(make(random.Random(7), ARTICLES)) == {}


def test_an_edit_of_two_weeks_later_is_found_and_no_later() -> None:
    rows, pairs = planted(1, count=200, edits=20)
    late = {edited for _, edited in pairs}
    shifted = [
        row | {"published_at": row["published_at"] + APART} if row["article_id"] in late else row
        for row in rows
    ]
    assert len(copy_pairs(rows).keys() & pairs) >= 19
    assert not copy_pairs(shifted).keys() & pairs


@pytest.mark.slow
def test_all_is_found_that_comparing_all_with_all_finds() -> None:
    rows, pairs = planted(3, count=MANY - EDITS)
    assert len(rows) == MANY
    found, expected = copy_pairs(rows), compared_with_all(rows)
    assert len(expected) > 0.9 * len(pairs)
    assert found.keys() == expected.keys()
    assert all(np.isclose(found[key], expected[key], rtol=1e-12) for key in expected)


def compared_with_all(rows: list[Row]) -> dict[Pair, float]:
    """The pairs that comparing every text with every other gives; equal texts do not occur here."""
    texts = texts_of([{"provider_name": None, **row} for row in sorted(rows, key=in_time)])
    counts = Counter(shingle for text in texts for shingle in text.title + text.excerpt)
    known = {shingle for shingle, count in counts.items() if count <= PHRASE}
    sets = [
        [known.intersection(text.title + text.excerpt) for text in texts],
        [known.intersection(text.excerpt) for text in texts],
    ]
    found = {}
    for number, similarities in enumerate(zip(*map(jaccards, sets), strict=True)):
        earlier = texts[number].articles[0]
        similarity = np.maximum(*similarities)
        for other in np.flatnonzero(similarity >= ALIKE):
            later = texts[other].articles[0]
            if other > number and later["published_at"] - earlier["published_at"] <= APART:
                found[earlier["article_id"], later["article_id"]] = float(similarity[other])
    return found


def jaccards(sets: list[set[tuple[str, str]]]) -> Iterator[np.ndarray]:
    """For each set its similarity to every set: how many elements each of them shares with it."""
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, elements in enumerate(sets):
        for element in elements:
            holders[element].append(number)
    sizes = np.array([len(elements) for elements in sets])
    for elements in sets:
        having = [number for element in elements for number in holders[element]]
        shared = np.bincount(having, minlength=len(sets)) if having else np.zeros(len(sets))
        is_compared = (sizes >= SHINGLES) & (len(elements) >= SHINGLES)
        yield np.where(is_compared, shared / np.maximum(1, sizes + len(elements) - shared), 0)
