"""Statements side by side: what runs when, and what a failure does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ALL_COMPLETED, wait
from pathlib import Path
from threading import Barrier, Event

import duckdb
import pytest

from pipeline.engines.dependencies import Graph
from pipeline.engines.duckdb_engine import duckdb_engine
from pipeline.engines.engine import Cached
from pipeline.engines.scheduler import Job, run_jobs
from pipeline.engines.session import Session

_SOON = 20.0
_ENDLESS = "SELECT count(*) FROM range(100000000000) AS a(x) WHERE sqrt(x) < 0"


@pytest.fixture(params=[1, 2, 3])
def sessions(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Session]]:
    with duckdb_engine(tmp_path / "a.duckdb", tmp_path, request.param, 2) as engine:
        yield engine._sessions


@pytest.fixture
def two(tmp_path: Path) -> Iterator[list[Session]]:
    with duckdb_engine(tmp_path / "a.duckdb", tmp_path, 2, 2) as engine:
        yield engine._sessions


def _names(*names: str) -> Graph:
    return {name: frozenset() for name in names}


def _forget(*_: object) -> None:
    """Take a result, and do nothing with it."""


def _nothing(_: Session) -> None:
    """A job without a result."""


def count(session: Session, query: str) -> int:
    """The single number a query gives."""
    (row,) = session.rows(query)
    (number,) = row.values()
    return int(number)


def _count_endlessly(session: Session) -> None:
    count(session, _ENDLESS)


def _count_endlessly_and_late(session: Session) -> None:
    time.sleep(0.3)
    count(session, _ENDLESS)


def _read_absent(session: Session) -> None:
    count(session, "SELECT count(*) FROM absent")


def test_each_begins_when_those_it_reads_have_ended(sessions: list[Session]) -> None:
    reads: Graph = {"c": frozenset("ab"), "b": frozenset("a"), "a": frozenset(), "d": frozenset()}
    ended: dict[str, str] = {}

    def begin(name: str) -> Job:
        assert reads[name] <= ended.keys()
        return lambda _: f"made {name}"

    run_jobs(sessions, reads, begin, ended.__setitem__)
    assert ended == {name: f"made {name}" for name in reads}


def test_of_those_that_wait_the_first_named_is_next(two: list[Session]) -> None:
    """`b` may begin later than `d` and `e`, which wait for a session; yet it is done first."""
    a_ended = Event()
    order = []

    def work(name: str) -> Job:
        def job(_: Session) -> None:
            order.append(name)
            if name == "c":
                a_ended.wait(_SOON)

        return job

    def end(name: str, _: None) -> None:
        if name == "b":
            a_ended.set()

    run_jobs(two, {**_names("a"), "b": frozenset("a"), **_names("c", "d", "e")}, work, end)
    assert order == ["a", "c", "b", "d", "e"]


def test_what_is_known_needs_no_session(two: list[Session]) -> None:
    """It ends while all sessions are busy, and so do those that read it."""
    last_is_known = Event()

    def begin(name: str) -> Job | Cached:
        if name in "ab":
            return lambda _: "made" if last_is_known.wait(_SOON) else "too late"
        return Cached("known")

    def end(name: str, made: str) -> None:
        ended[name] = made
        if name == "d":
            last_is_known.set()

    ended: dict[str, str] = {}
    run_jobs(two, {**_names("a", "b", "c"), "d": frozenset("c")}, begin, end)
    assert ended == {"a": "made", "b": "made", "c": "known", "d": "known"}


def test_two_sessions_work_at_the_same_time(two: list[Session]) -> None:
    both = Barrier(2, timeout=_SOON)
    used: list[Session] = []

    def meet(session: Session) -> None:
        used.append(session)
        both.wait()

    run_jobs(two, _names("a", "b"), dict.fromkeys("ab", meet).__getitem__, _forget)
    assert len(set(used)) == len(two) == 2


def test_a_session_reads_what_another_has_made(two: list[Session]) -> None:
    counts: dict[str, int] = {}
    reads: Graph = {name: frozenset("abcdef"[:place]) for place, name in enumerate("abcdef")}
    used = set()

    def begin(name: str) -> Job:
        def job(session: Session) -> int:
            used.add(session)
            session.execute(f"CREATE TABLE {name} AS SELECT 1 AS x")
            return sum(
                count(session, f"SELECT count(*) FROM {each}") for each in (*reads[name], name)
            )

        two.reverse()
        return job

    run_jobs(two, reads, begin, counts.__setitem__)
    assert counts == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}
    assert len(used) == 2


@pytest.mark.parametrize("endless", [_count_endlessly, _count_endlessly_and_late])
def test_a_failure_interrupts_the_other_session(two: list[Session], endless: Job) -> None:
    """Whether its statement has begun or not."""
    running = Event()

    def run(session: Session) -> None:
        running.set()
        endless(session)

    def fail(_: Session) -> None:
        running.wait(_SOON)
        raise ValueError("no")

    jobs: dict[str, Job] = {"a": run, "b": fail}
    with pytest.raises(ValueError, match="no"):
        run_jobs(two, _names(*jobs), jobs.__getitem__, _forget)


@pytest.mark.parametrize("endless", [_count_endlessly, _count_endlessly_and_late])
def test_what_interrupts_the_caller_interrupts_the_sessions(
    two: list[Session], endless: Job
) -> None:
    def end(*_: object) -> None:
        raise KeyboardInterrupt

    jobs: dict[str, Job] = {"a": endless, "b": _nothing}
    with pytest.raises(KeyboardInterrupt):
        run_jobs(two, _names(*jobs), jobs.__getitem__, end)


def test_of_two_failures_the_first_named_is_told(two: list[Session]) -> None:
    both = Barrier(2, timeout=_SOON)

    def begin(name: str) -> Job:
        def fail(_: Session) -> None:
            both.wait()
            raise ValueError(name)

        return fail

    def wait_for_both(*_: object, **__: object) -> object:
        return wait(*_, return_when=ALL_COMPLETED)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(ValueError, match="a"):
        patch.setattr("pipeline.engines.scheduler.wait", wait_for_both)
        run_jobs(two, _names("a", "b"), begin, _forget)


def test_what_duckdb_refuses_is_told_as_it_is(sessions: list[Session]) -> None:
    with pytest.raises(duckdb.CatalogException):
        run_jobs(sessions, _names("a"), {"a": _read_absent}.__getitem__, _forget)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_job_that_runs_out_of_memory_is_done_again_alone_with_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    hungry = "SELECT length(list(range)) AS n FROM range(4000000)"
    monkeypatch.setattr("pipeline.engines.duckdb_engine.MEMORY_LIMIT", "20MB")
    monkeypatch.setattr("pipeline.engines.session.LARGE_MEMORY_LIMIT", "2GB")
    ended: list[str] = []

    def begin(name: str) -> Job:
        def job(session: Session) -> int:
            if name == "a":
                return count(session, hungry)
            time.sleep(0.05)
            return count(session, "SELECT 1")

        return job

    names = ("a", "b", "c", "d")
    with duckdb_engine(tmp_path / "a.duckdb", tmp_path, threads, 2) as engine:
        run_jobs(engine._sessions, _names(*names), begin, lambda name, _: ended.append(name))
        with pytest.raises(duckdb.OutOfMemoryException):
            count(engine._sessions[0], hungry)
    assert sorted(ended) == list(names)


@pytest.mark.parametrize(("threads", "beside"), [(1, 1), (2, 1), (4, 3)])
def test_sessions_use_the_threads_allowed(tmp_path: Path, threads: int, beside: int) -> None:
    """A job has a thread of its own, so the other session has one less; the last has all."""
    begun, asked = Event(), Event()

    def work_on(session: Session) -> int:
        begun.set()
        if threads > 1:
            asked.wait(_SOON)
        end = time.monotonic() + _SOON
        while _threads(session) != threads and time.monotonic() < end:
            time.sleep(0.01)
        return _threads(session)

    def ask(session: Session) -> int:
        begun.wait(_SOON)
        used = _threads(session)
        asked.set()
        return used

    found: dict[str, int] = {}
    with duckdb_engine(tmp_path / "a.duckdb", tmp_path, threads, 2) as engine:
        jobs: dict[str, Job] = {"a": work_on, "b": ask}
        run_jobs(engine._sessions, _names(*jobs), jobs.__getitem__, found.__setitem__)
        assert found == {"a": threads, "b": beside}
        assert _threads(engine._sessions[0]) == threads


def _threads(session: Session) -> int:
    return count(session, "SELECT current_setting('threads')")
