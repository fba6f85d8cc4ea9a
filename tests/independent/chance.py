"""What chance allows: bounds on probabilities, and which of many findings stand."""

from __future__ import annotations

import math


def tails(found: float, of: float, expected: float) -> float:
    """Hoeffding's bound on how often `of` independent trials differ as much from what is expected,
    doubled for the two sides and at most 1."""
    nats = 0.0
    for seen, chance in ((found, expected), (of - found, of - expected)):
        if seen > 1e-9:
            nats += seen * math.log(seen / chance)
    return min(1.0, 2 * math.exp(-nats))


def largest_standing(p_values: list[float], tests: int) -> float:
    """The largest p-value that stands at a false discovery rate of 5 % by the step-up procedure of
    Benjamini and Hochberg; below 0 where none does."""
    standing = -1.0
    for rank, p_value in enumerate(sorted(p_values), 1):
        if p_value <= 0.05 * rank / tests:
            standing = p_value
    return standing
