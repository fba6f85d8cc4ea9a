"""The geometry of the charts: axes, bars, marks."""

from __future__ import annotations

import pytest

from pipeline.report.charts import axis_levels, bar_chart, number, opacity, share, thin_out


@pytest.mark.parametrize("highest", [0, 1, 3, 7, 19, 20, 21, 99, 1_000, 123_456_789])
def test_an_axis_reaches_its_highest_value_in_few_round_steps(highest: int) -> None:
    levels = axis_levels(highest)
    assert levels[0] == 0
    assert levels[-1] >= highest
    assert len(levels) <= 6
    assert len({number(level) for level in levels}) == len(levels)
    assert len(levels) == 2 or levels[-2] < highest


def test_bars_stand_on_the_foot_in_proportion() -> None:
    drawn = bar_chart([("a", 10), ("b", 5), ("c", 0)], [(1, "b")], width=300, height=100)
    assert [bar.height for bar in drawn.bars] == [100, 50, 0]
    assert all(bar.y + bar.height == 100 for bar in drawn.bars)
    assert [bar.x for bar in drawn.bars] == sorted(bar.x for bar in drawn.bars)
    assert [(mark.at, mark.label) for mark in drawn.marks] == [(150, "b")]


def test_bars_have_the_kind_they_are_given() -> None:
    drawn = bar_chart([("a", 1), ("b", 2), ("c", 3)], [], kinds={1: "break"})
    assert [bar.kind for bar in drawn.bars] == ["", "break", ""]


def test_numbers_shares_and_marks() -> None:
    assert (number(None), number(12_345), number(49.66, 1)) == ("–", "12,345", "49.7")
    assert (share(None, 5), share(1, 4), share(1, 0)) == (0, 25, 0)
    assert thin_out([(index, "") for index in range(30)], 10) == [
        (index, "") for index in range(0, 30, 3)
    ]


def test_a_shade_of_little_is_seen_and_one_of_nothing_is_not() -> None:
    assert (opacity(0), opacity(0.01), opacity(0.25), opacity(1)) == (0, 0.46, 0.7, 1)


def test_the_margin_holds_the_longest_label() -> None:
    small, large = (bar_chart([("a", value)], []) for value in (5, 5_000_000))
    assert large.margin - small.margin == 7 * (len("5,000,000") - len("5"))


def test_a_chart_of_nothing_has_an_axis_and_no_bar() -> None:
    drawn = bar_chart([], [])
    assert (drawn.bars, drawn.marks) == ((), ())
    assert [level.label for level in drawn.levels] == ["0", "1"]
