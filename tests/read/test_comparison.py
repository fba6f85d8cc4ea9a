"""Two periods compared: the periods themselves, the sums, and what cannot be compared."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from statistics import fmean
from typing import Any

import pytest

import pipeline
from pipeline.core.errors import UsageError
from pipeline.read.build import Build
from pipeline.read.comparison import MEASURES, STRATA, parse_period
from tests.build_fixtures import DATA_RAW, Builder

BEFORE, AFTER = "2020-01..2020-12", "2021-01..2022-12"
Cells = list[tuple[bool, str, str, float]]
"""Articles as (is after, stratum, provider, value)."""


@pytest.fixture(scope="module")
def opened(built: Builder) -> Iterator[Build]:
    with pipeline.open(built(DATA_RAW)[0]) as build:
        yield build


def cells(opened: Build, by: str) -> Cells:
    """The articles of both periods with their qualities, chosen in Python."""
    articles = opened.table("articles").to_dict("records")
    topics = {
        row["article_id"]: row["topic"]
        for row in opened.table("article_topics").to_dict("records")
        if row["topic_position"] == 1
    }
    found = []
    for row in articles:
        year = row["published_date"].year
        if 2020 <= year <= 2022 and isinstance(row["quality"], int):
            strata = {
                "provider": row["provider_domain"],
                "type": row["type"] if isinstance(row["type"], str) else "unknown",
                "topic": topics.get(row["article_id"], "(none)"),
            }
            found.append((year > 2020, strata[by], row["provider_domain"], row["quality"]))
    return found


def changes(articles: Cells) -> tuple[float, float]:
    """The crude change, and that with the make-up held constant."""
    periods = [[each for each in articles if each[0] == is_after] for is_after in (False, True)]
    means = [fmean(value for *_, value in period) for period in periods]
    by_stratum: dict[str, list[list[float]]] = defaultdict(lambda: [[], []])
    for is_after, stratum, _, value in articles:
        by_stratum[stratum][is_after].append(value)
    weights = total = 0.0
    for sides in by_stratum.values():
        if all(sides):
            weight = sum(len(side) / len(all_) for side, all_ in zip(sides, periods, strict=True))
            weights += weight
            total += weight * (fmean(sides[1]) - fmean(sides[0]))
    return means[1] - means[0], total / weights


def spread(articles: Cells, index: int) -> float:
    """How far a change varies where one provider after the other is left out."""
    names = {name for _, _, name, _ in articles}
    whole = changes(articles)[index]
    squares = [
        (changes([each for each in articles if each[2] != name])[index] - whole) ** 2
        for name in names
    ]
    return math.sqrt(sum(squares) * (len(names) - 1) / len(names))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-01..2024-02", date(2024, 1, 1), date(2024, 2, 29)),
        ("2024-01-15..2024-02-14", date(2024, 1, 15), date(2024, 2, 14)),
        ("2023..2023", date(2023, 1, 1), date(2023, 12, 31)),
        (" 2023..2024-06 ", date(2023, 1, 1), date(2024, 6, 30)),
        ("2024-05-05..2024-05-05", date(2024, 5, 5), date(2024, 5, 5)),
    ],
)
def test_a_period_holds_all_days_of_its_ends(text: str, first: date, last: date) -> None:
    period = parse_period(text)
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "2024", "2024-01", "2024-01...2024-02", "2024-1..2024-2", "2024-13..2024-14"]
    + ["2024-02-30..2024-03-01", "2024-05..2024-04", "0000..2024", "2024-01..now", "a..b"],
)
def test_what_is_no_period_is_named_with_the_valid_form(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_period(text)
    assert repr(text) in str(raised.value)
    assert "2024-01..2024-06" in str(raised.value)


@pytest.mark.parametrize("by", STRATA)
def test_changes_and_intervals_are_those_of_a_recount(opened: Build, by: str) -> None:
    found, articles = opened.compare(BEFORE, AFTER, by=by), cells(opened, by)
    crude, constant = changes(articles)
    assert found.change == pytest.approx(crude)
    assert found.constant_change == pytest.approx(constant)
    assert (found.n_before, found.n_after) == tuple(
        sum(each[0] == is_after for each in articles) for is_after in (False, True)
    )
    ratio = (found.change_high - found.change) / spread(articles, 0)  # type: ignore[operator]
    assert 1.95 < ratio < 4.4
    if found.constant_low is not None and found.constant_change is not None:
        margin = found.constant_change - found.constant_low
        assert 1.95 < margin / spread(articles, 1) < 12.8


@pytest.mark.parametrize("by", STRATA)
@pytest.mark.parametrize("measure", MEASURES)
def test_the_parts_add_up_to_the_whole(opened: Build, by: str, measure: str) -> None:
    found = opened.compare(BEFORE, AFTER, by=by, measure=measure)
    assert found.change == pytest.approx(found.mean_after - found.mean_before)
    constant, make_up = found.constant_change or 0.0, found.make_up_change or 0.0
    assert constant + make_up == pytest.approx(found.change)
    assert sum(row.constant_contribution for row in found.strata) == pytest.approx(constant)
    assert sum(row.make_up_contribution for row in found.strata) == pytest.approx(make_up)
    assert sum(row.n_before for row in found.strata) == found.n_before
    assert sum(row.share_after for row in found.strata) == pytest.approx(1)
    moved = [abs(row.constant_contribution + row.make_up_contribution) for row in found.strata]
    assert all(a >= b - 1e-9 for a, b in pairwise(moved))


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("2020..2021", "2021-06..2022-01"), {}, "2020-01-01..2021-12-31 and .* overlap"),
        (("2020..2020", "2021..2021"), {"by": "owner"}, "no by 'owner'; there are provider, topic"),
        (("2020..2020", "2021..2021"), {"measure": "x"}, "no measure 'x'; there are quality"),
        (("1950..1951", "2021..2021"), {}, "no article of 1950-01-01..1951-12-31 has a quality"),
        (("2021..2021", "1950..1951"), {}, "no article of 1950-01-01..1951-12-31 has a quality"),
    ],
)
def test_what_cannot_be_compared_is_said(
    opened: Build, arguments: tuple[str, str], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        opened.compare(*arguments, **options)
