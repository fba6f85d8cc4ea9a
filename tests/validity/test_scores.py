"""The scores on groupings small enough to count by hand."""

from __future__ import annotations

import pytest

from tests.validity.scores import scores


def figures() -> list[tuple[str, str, str]]:
    return []


def test_equal_groupings_score_one() -> None:
    found = scores({"a": 1, "b": 1, "c": 2}, {"a": "x", "b": "x", "c": "y"})
    assert (found.b_cubed, found.pair_precision, found.pair_f1) == (1, 1, 1)


def test_one_heap_against_two_pairs() -> None:
    heap = dict.fromkeys("abcd", 1)
    found = scores(heap, {"a": "x", "b": "x", "c": "y", "d": "y"})
    # Precision 2/4 and recall 1 of each item; 2 of 6 pairs are right, and all true ones found.
    assert found.b_cubed == pytest.approx(2 * 0.5 / 1.5)
    assert found.pair_precision == pytest.approx(2 / 6)
    assert found.pair_f1 == pytest.approx(0.5)


def test_single_items_find_no_pair() -> None:
    found = scores({"a": 1, "b": 2}, {"a": "x", "b": "x"})
    assert (found.pair_precision, found.pair_f1) == (1, 0)
    assert found.b_cubed == pytest.approx(2 * 0.5 / 1.5)
