"""Runs a function over many inputs, in this process or in several."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

WORTH_A_POOL = 8
"""Fewer pieces of work than this are done in this process: a pool takes a second to start."""

W = TypeVar("W")
R = TypeVar("R")

_AHEAD = 2
"""Inputs handed out per process beyond the one it works on; bounds what waits in memory."""

_worker: Any = None


def _start(make: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    global _worker  # noqa: PLW0603 - a process of the pool has one worker, made at its start
    _worker = make(*arguments)


def _call(method: str, arguments: tuple[Any, ...]) -> Any:
    return getattr(_worker, method)(*arguments)


class Team(Generic[W]):
    """A worker in this process, and one in each process of a pool that starts when it is needed."""

    def __init__(self, processes: int, make: Callable[..., W], arguments: tuple[Any, ...]) -> None:
        self._processes = processes
        self._make = make
        self._arguments = arguments
        self._local: W | None = None
        self._pool: ProcessPoolExecutor | None = None

    def map(self, method: str, inputs: Iterable[tuple[Any, ...]], pieces: int) -> Iterator[Any]:
        """Call the worker's method on each tuple of arguments; results come in their order.

        `pieces` is how many there are: a few are done in this process.
        """
        if self._processes == 1 or pieces < WORTH_A_POOL:
            if self._local is None:
                self._local = self._make(*self._arguments)
            for arguments in inputs:
                yield getattr(self._local, method)(*arguments)
            return
        pool = self._started()
        waiting: deque[Future[Any]] = deque()
        for arguments in inputs:
            waiting.append(pool.submit(_call, method, arguments))
            if len(waiting) > self._processes * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
            context.set_forkserver_preload([self._make.__module__])
            initial = (self._make, self._arguments)
            self._pool = ProcessPoolExecutor(self._processes, context, _start, initial)
        return self._pool

    def stop(self) -> None:
        """Let the processes go."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


@contextmanager
def team(processes: int, make: Callable[..., W], *arguments: Any) -> Iterator[Team[W]]:
    """A team of up to `processes` processes, its workers made by `make(*arguments)`."""
    working = Team(processes, make, arguments)
    try:
        yield working
    finally:
        working.stop()
