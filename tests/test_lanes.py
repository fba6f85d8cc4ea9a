"""Statements side by side: what runs when, and what a failure does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Event

import duckdb
import pytest

from pipeline.lanes import Job, side_by_side
from pipeline.queries import Graph
from pipeline.warehouse import Warehouse, warehouse

_SOON = 20.0
_ENDLESS = "SELECT count(*) FROM range(100000000000) AS a(x) WHERE sqrt(x) < 0"


@pytest.fixture(params=[1, 2, 3])
def lanes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Warehouse]]:
    with (
        warehouse(tmp_path / "a.duckdb", tmp_path, request.param) as analytics,
        analytics.lanes() as opened,
    ):
        yield opened


@pytest.fixture
def two(tmp_path: Path) -> Iterator[list[Warehouse]]:
    with warehouse(tmp_path / "a.duckdb", tmp_path, 2) as analytics, analytics.lanes() as opened:
        yield opened


def _names(*names: str) -> Graph:
    return {name: frozenset() for name in names}


def _forget(*_: object) -> None:
    """Take a result, and do nothing with it."""


def _nothing(_: Warehouse) -> None:
    """A job without a result."""


def _count_endlessly(lane: Warehouse) -> None:
    lane.count(_ENDLESS)


def _read_absent(lane: Warehouse) -> None:
    lane.count("SELECT count(*) FROM absent")


def test_each_begins_when_those_it_reads_have_ended(lanes: list[Warehouse]) -> None:
    reads: Graph = {"c": frozenset("ab"), "b": frozenset("a"), "a": frozenset(), "d": frozenset()}
    ended: dict[str, str] = {}

    def begin(name: str) -> Job[str]:
        assert reads[name] <= ended.keys()
        return lambda _: f"made {name}"

    side_by_side(lanes, reads, begin, ended.__setitem__)
    assert ended == {name: f"made {name}" for name in reads}


def test_the_first_named_of_those_that_may_begin_is_first(lanes: list[Warehouse]) -> None:
    reads = _names("e", "a", "d", "b", "c")
    begun: list[str] = []

    def begin(name: str) -> Job[None]:
        begun.append(name)
        return lambda _: None

    side_by_side(lanes, reads, begin, _forget)
    assert begun == list(reads)


def test_two_lanes_work_at_the_same_time(two: list[Warehouse]) -> None:
    both = Barrier(2, timeout=_SOON)
    used: list[Warehouse] = []

    def meet(lane: Warehouse) -> None:
        used.append(lane)
        both.wait()

    side_by_side(two, _names("a", "b"), dict.fromkeys("ab", meet).__getitem__, _forget)
    assert len(set(used)) == len(two) == 2


def test_a_lane_reads_what_another_has_made(two: list[Warehouse]) -> None:
    """The lanes take turns, and each reads all that was made before."""
    counts = dict.fromkeys("abcdef", 0)
    reads: Graph = {name: frozenset("abcdef"[:place]) for place, name in enumerate("abcdef")}

    def begin(name: str) -> Job[int]:
        def job(lane: Warehouse) -> int:
            lane._make(name, "SELECT 1 AS x")
            return sum(lane.count(f"SELECT count(*) FROM {each}") for each in (*reads[name], name))

        return job

    side_by_side(two, reads, begin, counts.__setitem__)
    assert counts == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}


def test_a_failure_interrupts_the_other_lane(two: list[Warehouse]) -> None:
    running = Event()

    def endless(lane: Warehouse) -> None:
        running.set()
        _count_endlessly(lane)

    def fail(_: Warehouse) -> None:
        running.wait(_SOON)
        time.sleep(0.2)  # the other statement has begun
        raise ValueError("no")

    jobs: dict[str, Job[None]] = {"a": endless, "b": fail}
    begun = time.monotonic()
    with pytest.raises(ValueError, match="no"):
        side_by_side(two, _names(*jobs), jobs.__getitem__, _forget)
    assert time.monotonic() - begun < _SOON


def test_what_interrupts_the_caller_interrupts_the_lanes(two: list[Warehouse]) -> None:
    def end(name: str, made: None) -> None:
        time.sleep(0.2)  # the endless statement has begun
        raise KeyboardInterrupt

    jobs: dict[str, Job[None]] = {"a": _count_endlessly, "b": _nothing}
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        side_by_side(two, _names(*jobs), jobs.__getitem__, end)
    assert time.monotonic() - begun < _SOON


def test_what_duckdb_refuses_is_told_as_it_is(lanes: list[Warehouse]) -> None:
    with pytest.raises(duckdb.CatalogException):
        side_by_side(lanes, _names("a"), {"a": _read_absent}.__getitem__, _forget)


@pytest.mark.parametrize(("threads", "beside"), [(1, 1), (2, 1), (4, 3)])
def test_lanes_use_the_threads_allowed_and_no_more(
    tmp_path: Path, threads: int, beside: int
) -> None:
    """A job has a thread of its own, so that the other lane has one less as long as it works."""
    begun, asked = Event(), Event()

    def work_on(lane: Warehouse) -> int:
        begun.set()
        if threads > 1:
            asked.wait(_SOON)
        end = time.monotonic() + _SOON
        while _threads(lane) != threads and time.monotonic() < end:
            time.sleep(0.01)
        return _threads(lane)

    def ask(lane: Warehouse) -> int:
        begun.wait(_SOON)
        used = _threads(lane)
        asked.set()
        return used

    found: dict[str, int] = {}
    with warehouse(tmp_path / "a.duckdb", tmp_path, threads) as analytics:
        with analytics.lanes() as lanes:
            jobs: dict[str, Job[int]] = {"a": work_on, "b": ask}
            side_by_side(lanes, _names(*jobs), jobs.__getitem__, found.__setitem__)
        assert found == {"a": threads, "b": beside}
        assert _threads(analytics) == threads


def _threads(lane: Warehouse) -> int:
    return lane.count("SELECT current_setting('threads')")
