"""What `newsloom compare` shows on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from pipeline.cli.console import grid, pairs, show
from pipeline.core.text import counted, plain

if TYPE_CHECKING:
    from pipeline.read.comparison import Comparison

STRATA_SHOWN = 10
"""Most strata shown of a comparison."""


def show_comparison(compared: Comparison) -> None:
    """Show a mean in two periods, its change crude and by constant make-up, and what moved it."""
    show(Text(f"Mean {compared.measure} by {compared.by}", style="bold"), "")
    show(pairs(_changes(compared)), "")
    headings = (compared.by, "n before", "n after", "Mean before", "Mean after", "Change", "95 %")
    names = (*headings, "Within", "Make-up")
    table = grid(*names, right=frozenset(names[1:]))
    for row in compared.strata[:STRATA_SHOWN]:
        table.add_row(
            plain(row.stratum),
            f"{row.n_before:,}",
            f"{row.n_after:,}",
            *map(_figure, (row.mean_before, row.mean_after)),
            _signed(row.change),
            _interval(row.change_low, row.change_high),
            *map(_signed, (row.constant_contribution, row.make_up_contribution)),
        )
    show(table)
    more = len(compared.strata) - STRATA_SHOWN
    if more > 0:
        show(Text(f"and {more:,} more that moved it less; --json gives all", style="dim"))


def _changes(compared: Comparison) -> Iterator[tuple[str, str | Text]]:
    sides = (
        ("Before", compared.before, compared.mean_before, compared.n_before),
        ("After", compared.after, compared.mean_after, compared.n_after),
    )
    providers = compared.providers_before, compared.providers_after
    for (name, period, mean, count), others in zip(sides, providers, strict=True):
        of = f"{counted(count, 'article')} of {counted(others, 'provider')}"
        yield name, f"{period}  {_figure(mean)}  n = {of}"
    interval = _interval(compared.change_low, compared.change_high)
    yield "Change", f"{_signed(compared.change)}  {interval}  crude"
    interval = _interval(compared.constant_low, compared.constant_high)
    held = f"make-up held constant, over {100 * compared.common_share:.1f} % of the articles"
    yield "", f"{_signed(compared.constant_change)}  {interval}  {held}"
    yield "", f"{_signed(compared.make_up_change)}  by the make-up"
    for month in compared.breaks:
        yield "Break", Text(f"{month}: the archive changes abruptly here", style="yellow")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:,.3f}"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+,.3f}"


def _interval(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"[{low:+,.3f}, {high:+,.3f}]"
