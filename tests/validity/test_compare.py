"""Two periods compared: a change of make-up is told from a change within, and intervals cover."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from pipeline.core.catalog import sql_folder
from tests.validity.simulated import Row, connection, domains, percent

ARCHIVES = 1_000
CHANGE = 4.0
"""How much better every article of the second period is."""


def query(name: str) -> str:
    return (sql_folder() / "compare" / f"{name}.sql").read_text(encoding="utf-8")


def compared(
    is_after: NDArray[np.bool_],
    stratum: NDArray[np.str_],
    provider: NDArray[np.str_],
    value: object,
) -> Row:
    """The row of changes for these articles."""
    con = connection()
    articles = {
        "is_after": is_after,
        "stratum": stratum,
        "provider_domain": provider,
        "unit": provider,
        "value": value,
    }
    con.register("compared_articles", pa.table(articles))
    result = con.execute(query("change"))
    (row,) = result.fetchall()
    return dict(zip([column[0] for column in result.description], row, strict=True))


def archive(
    rng: np.random.Generator, change: float, *, shifts: bool, by: str = "provider", count: int = 16
) -> Row:
    """Outlets of unequal size and quality; where the make-up shifts, the good ones grow."""
    size = np.maximum(4, 400 / np.arange(1, count + 1)).astype(int)
    quality = rng.normal(50, 10, count)
    own_change = change + rng.normal(0, 2, count)
    growth = np.exp((quality - 50) / 10) if shifts else np.ones(count)
    provider = np.concatenate(
        [
            np.repeat(np.arange(count), size),
            np.repeat(np.arange(count), np.ceil(size * growth).astype(int)),
        ]
    )
    is_after = np.arange(len(provider)) >= size.sum()
    value = quality[provider] + own_change[provider] * is_after + rng.normal(0, 15, len(provider))
    stratum = domains(provider if by == "provider" else rng.integers(0, 4, len(provider)))
    return compared(is_after, stratum, domains(provider), value)


@cache
def coverage(by: str) -> tuple[int, int]:
    """How often the interval holds the truth: with the make-up constant, and crude."""
    rng = np.random.default_rng(21)
    rows = [archive(rng, CHANGE, shifts=False, by=by) for _ in range(ARCHIVES)]
    return (
        sum(row["constant_low"] <= CHANGE <= row["constant_high"] for row in rows),
        sum(row["change_low"] <= CHANGE <= row["change_high"] for row in rows),
    )


def test_a_change_of_make_up_is_no_change_within() -> None:
    row = archive(np.random.default_rng(1), 0.0, shifts=True)
    assert row["change"] > 2
    assert row["constant_low"] < 0 < row["constant_high"]
    assert row["make_up_change"] == pytest.approx(row["change"], abs=3)


def test_a_change_within_is_found_behind_a_contrary_make_up() -> None:
    rng = np.random.default_rng(2)
    provider = np.repeat([0, 1, 2, 3, 4, 5] * 2, [90, 80, 85, 10, 15, 12, 10, 15, 12, 85, 90, 80])
    is_after = np.arange(len(provider)) >= 292
    value = np.where(provider < 3, 70.0, 40.0) + 6 * is_after + rng.normal(0, 4, len(provider))
    row = compared(is_after, domains(provider), domains(provider), value)
    assert row["change"] < -10
    assert 3 < row["constant_low"] < 6 < row["constant_high"] < 9


def test_strata_of_one_period_only_cannot_be_held_constant() -> None:
    provider = np.array(["a", "a", "b", "a", "a", "c"])
    is_after = np.array([False, False, False, True, True, True])
    row = compared(is_after, provider, provider, [10.0, 20.0, 90.0, 15.0, 25.0, 0.0])
    assert row["constant_change"] == pytest.approx(5)
    assert row["change"] == pytest.approx(40 / 3 - 40)
    assert row["common_share"] == pytest.approx(4 / 6)
    assert row["constant_low"] is None


@pytest.mark.slow
@pytest.mark.parametrize("by", ["provider", "topic"])
def test_intervals_cover_the_truth(by: str) -> None:
    constant, crude = coverage(by)
    assert 0.93 <= constant / ARCHIVES <= 0.97
    assert 0.93 <= crude / ARCHIVES <= 0.97


def figures() -> list[tuple[str, str, str]]:
    """Name, figure and target of what was measured."""
    row = archive(np.random.default_rng(1), 0.0, shifts=True)
    change = f"{row['constant_change']:+.1f} of {row['change']:+.1f}"
    found = [("no change within, better outlets grow: change with the make-up held", change, "0")]
    for by in ("provider", "topic"):
        constant, crude = coverage(by)
        name = f"95 % intervals of a change that hold the truth, by {by}"
        found.append((f"{name}: make-up held", percent(constant, ARCHIVES), "about 95 %"))
        found.append((f"{name}: crude", percent(crude, ARCHIVES), "about 95 %"))
    return found
