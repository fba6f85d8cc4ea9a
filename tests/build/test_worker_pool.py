"""Results come in the order of the inputs, from this process or from several."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import forkserver
from pathlib import Path
from types import FrameType

import pytest

from pipeline.build.worker_pool import WORTH_A_POOL, map_in_order
from pipeline.core.errors import NewsloomError


def square(number: int) -> tuple[int, int]:
    """The later the input, the sooner the result."""
    time.sleep(0.02 * max(0, 4 - number))
    return number * number, os.getpid()


def end_at(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def fail_at(number: int) -> int:
    if number == 3:
        raise ValueError(f"input {number}")
    return number


@pytest.mark.parametrize(("processes", "count"), [(1, 20), (2, WORTH_A_POOL - 1)])
def test_few_inputs_or_one_process_need_no_pool(processes: int, count: int) -> None:
    found = list(map_in_order(square, range(count), count, processes))
    assert found == [(number * number, os.getpid()) for number in range(count)]


def test_a_pool_gives_results_in_order() -> None:
    found = list(map_in_order(square, range(20), 20, 2))
    assert [number for number, _ in found] == [number * number for number in range(20)]
    assert os.getpid() not in {pid for _, pid in found}


def test_inputs_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def inputs() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = map_in_order(square, inputs(), 100, 2)
    next(results)
    assert len(taken) < 10
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [(fail_at, ValueError, "input 3"), (end_at, NewsloomError, "a worker process was killed")],
)
def test_a_failure_in_a_pool_is_the_callers(
    function: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        list(map_in_order(function, range(20), 20, 2))  # type: ignore[arg-type]


def test_a_worker_that_outlives_another_does_not_keep_the_run() -> None:
    """One that was being started when another was killed is told of nothing."""
    script = (
        "from concurrent.futures import process\n"
        "from multiprocessing.process import BaseProcess\n"
        "from pipeline.build.worker_pool import map_in_order\n"
        "from tests.build.test_worker_pool import end_at\n"
        "BaseProcess.terminate = lambda self: None\n"
        "process._ExecutorManagerThread.shutdown_workers = lambda self: None\n"
        "list(map_in_order(end_at, range(20), 20, 2))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "a worker process was killed" in ended.stderr


def test_an_interrupt_while_a_pool_starts_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def start_slowly() -> None:
        # To this thread: one of a library that other tests started could take it otherwise.
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        assert not interrupted
        start()

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupted.append(number)

    interrupted: list[int] = []
    start = forkserver.ensure_running
    monkeypatch.setattr(forkserver, "ensure_running", start_slowly)
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        list(map_in_order(abs, range(8), 8, 2))
        assert interrupted == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)
