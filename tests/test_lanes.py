"""Statements side by side: what runs when, and what a failure does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ALL_COMPLETED, wait
from pathlib import Path
from threading import Barrier, Event

import duckdb
import pytest

from pipeline.lanes import Job, Known, side_by_side
from pipeline.queries import Graph
from pipeline.warehouse import Warehouse, warehouse

_SOON = 20.0
_ENDLESS = "SELECT count(*) FROM range(100000000000) AS a(x) WHERE sqrt(x) < 0"


@pytest.fixture(params=[1, 2, 3])
def lanes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Warehouse]]:
    with (
        warehouse(tmp_path / "a.duckdb", tmp_path, request.param) as analytics,
        analytics.lanes(2) as opened,
    ):
        yield opened


@pytest.fixture
def two(tmp_path: Path) -> Iterator[list[Warehouse]]:
    with warehouse(tmp_path / "a.duckdb", tmp_path, 2) as analytics, analytics.lanes(2) as opened:
        yield opened


def _names(*names: str) -> Graph:
    return {name: frozenset() for name in names}


def _forget(*_: object) -> None:
    """Take a result, and do nothing with it."""


def _nothing(_: Warehouse) -> None:
    """A job without a result."""


def _count_endlessly(lane: Warehouse) -> None:
    lane.count(_ENDLESS)


def _count_endlessly_and_late(lane: Warehouse) -> None:
    time.sleep(0.3)
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


def test_of_those_that_wait_the_first_named_is_next(two: list[Warehouse]) -> None:
    """`b` may begin later than `d` and `e`, which wait for a lane, and yet is done before them."""
    a_ended = Event()
    order = []

    def work(name: str) -> Job[None]:
        def job(_: Warehouse) -> None:
            order.append(name)
            if name == "c":
                a_ended.wait(_SOON)

        return job

    def end(name: str, _: None) -> None:
        if name == "b":
            a_ended.set()

    side_by_side(two, {**_names("a"), "b": frozenset("a"), **_names("c", "d", "e")}, work, end)
    assert order == ["a", "c", "b", "d", "e"]


def test_what_is_known_needs_no_lane(two: list[Warehouse]) -> None:
    """It ends while all lanes are busy, and so do those that read it."""
    last_is_known = Event()

    def begin(name: str) -> Job[str] | Known[str]:
        if name in "ab":
            return lambda _: "made" if last_is_known.wait(_SOON) else "too late"
        return Known("known")

    def end(name: str, made: str) -> None:
        ended[name] = made
        if name == "d":
            last_is_known.set()

    ended: dict[str, str] = {}
    side_by_side(two, {**_names("a", "b", "c"), "d": frozenset("c")}, begin, end)
    assert ended == {"a": "made", "b": "made", "c": "known", "d": "known"}


def test_two_lanes_work_at_the_same_time(two: list[Warehouse]) -> None:
    both = Barrier(2, timeout=_SOON)
    used: list[Warehouse] = []

    def meet(lane: Warehouse) -> None:
        used.append(lane)
        both.wait()

    side_by_side(two, _names("a", "b"), dict.fromkeys("ab", meet).__getitem__, _forget)
    assert len(set(used)) == len(two) == 2


def test_a_lane_reads_what_another_has_made(two: list[Warehouse]) -> None:
    counts: dict[str, int] = {}
    reads: Graph = {name: frozenset("abcdef"[:place]) for place, name in enumerate("abcdef")}
    used = set()

    def begin(name: str) -> Job[int]:
        def job(lane: Warehouse) -> int:
            used.add(lane)
            lane._make(name, "SELECT 1 AS x")
            return sum(lane.count(f"SELECT count(*) FROM {each}") for each in (*reads[name], name))

        two.reverse()
        return job

    side_by_side(two, reads, begin, counts.__setitem__)
    assert counts == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}
    assert len(used) == 2


@pytest.mark.parametrize("endless", [_count_endlessly, _count_endlessly_and_late])
def test_a_failure_interrupts_the_other_lane(two: list[Warehouse], endless: Job[None]) -> None:
    """Whether its statement has begun or not."""
    running = Event()

    def run(lane: Warehouse) -> None:
        running.set()
        endless(lane)

    def fail(_: Warehouse) -> None:
        running.wait(_SOON)
        raise ValueError("no")

    jobs: dict[str, Job[None]] = {"a": run, "b": fail}
    with pytest.raises(ValueError, match="no"):
        side_by_side(two, _names(*jobs), jobs.__getitem__, _forget)


@pytest.mark.parametrize("endless", [_count_endlessly, _count_endlessly_and_late])
def test_what_interrupts_the_caller_interrupts_the_lanes(
    two: list[Warehouse], endless: Job[None]
) -> None:
    def end(*_: object) -> None:
        raise KeyboardInterrupt

    jobs: dict[str, Job[None]] = {"a": endless, "b": _nothing}
    with pytest.raises(KeyboardInterrupt):
        side_by_side(two, _names(*jobs), jobs.__getitem__, end)


def test_of_two_failures_the_first_named_is_told(two: list[Warehouse]) -> None:
    both = Barrier(2, timeout=_SOON)

    def begin(name: str) -> Job[None]:
        def fail(_: Warehouse) -> None:
            both.wait()
            raise ValueError(name)

        return fail

    def wait_for_both(*_: object, **__: object) -> object:
        return wait(*_, return_when=ALL_COMPLETED)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(ValueError, match="a"):
        patch.setattr("pipeline.lanes.wait", wait_for_both)
        side_by_side(two, _names("a", "b"), begin, _forget)


def test_what_duckdb_refuses_is_told_as_it_is(lanes: list[Warehouse]) -> None:
    with pytest.raises(duckdb.CatalogException):
        side_by_side(lanes, _names("a"), {"a": _read_absent}.__getitem__, _forget)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_job_that_runs_out_of_memory_is_done_again_alone_with_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    hungry = "SELECT length(list(range)) AS n FROM range(4000000)"
    monkeypatch.setattr("pipeline.warehouse.MEMORY_LIMIT", "20MB")
    monkeypatch.setattr("pipeline.warehouse.LARGE_MEMORY_LIMIT", "2GB")
    ended: list[str] = []

    def begin(name: str) -> Job[int]:
        def job(lane: Warehouse) -> int:
            if name == "a":
                return lane.count(hungry)
            time.sleep(0.05)
            return lane.count("SELECT 1")

        return job

    names = ("a", "b", "c", "d")
    with warehouse(tmp_path / "a.duckdb", tmp_path, threads) as analytics:
        with analytics.lanes(2) as lanes:
            side_by_side(lanes, _names(*names), begin, lambda name, _: ended.append(name))
        with pytest.raises(duckdb.OutOfMemoryException):
            analytics.count(hungry)
    assert sorted(ended) == list(names)


@pytest.mark.parametrize(("threads", "beside"), [(1, 1), (2, 1), (4, 3)])
def test_lanes_use_the_threads_allowed(tmp_path: Path, threads: int, beside: int) -> None:
    """A job has a thread of its own, so that the other lane has one less; the last one has all."""
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
        with analytics.lanes(2) as lanes:
            jobs: dict[str, Job[int]] = {"a": work_on, "b": ask}
            side_by_side(lanes, _names(*jobs), jobs.__getitem__, found.__setitem__)
        assert found == {"a": threads, "b": beside}
        assert _threads(analytics) == threads


def _threads(lane: Warehouse) -> int:
    return lane.count("SELECT current_setting('threads')")
