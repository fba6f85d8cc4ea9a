"""How well one grouping of items agrees with another that is taken as true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import combinations

Groups = Mapping[str, Hashable]
"""The group of each item."""


@dataclass(frozen=True)
class Scores:
    """B-cubed F1, and precision and F1 over pairs of items in one group; each 0..1."""

    b_cubed: float
    pair_precision: float
    pair_f1: float


def _members(groups: Groups) -> dict[Hashable, set[str]]:
    members: dict[Hashable, set[str]] = defaultdict(set)
    for item, group in groups.items():
        members[group].add(item)
    return members


def _pairs(groups: Groups) -> set[tuple[str, str]]:
    return {pair for each in _members(groups).values() for pair in combinations(sorted(each), 2)}


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0


def scores(found: Groups, truth: Groups) -> Scores:
    """Agreement of `found` with `truth` over the items of `truth`; no pairs found are all right."""
    found = {item: found[item] for item in truth}
    found_members, true_members = _members(found), _members(truth)
    shared = {item: len(found_members[found[item]] & true_members[truth[item]]) for item in truth}
    precision = sum(n / len(found_members[found[i]]) for i, n in shared.items()) / len(truth)
    recall = sum(n / len(true_members[truth[i]]) for i, n in shared.items()) / len(truth)
    found_pairs, true_pairs = _pairs(found), _pairs(truth)
    right = len(found_pairs & true_pairs)
    pair_precision = right / len(found_pairs) if found_pairs else 1.0
    pair_recall = right / len(true_pairs) if true_pairs else 1.0
    return Scores(
        _harmonic(precision, recall), pair_precision, _harmonic(pair_precision, pair_recall)
    )


def mean_scores(each: list[Scores]) -> Scores:
    """The mean of each score."""
    count = len(each)
    return Scores(
        sum(s.b_cubed for s in each) / count,
        sum(s.pair_precision for s in each) / count,
        sum(s.pair_f1 for s in each) / count,
    )
