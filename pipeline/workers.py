"""Runs a function over many inputs, in this process or in several.

A process of the pool never outlives the run: it is killed where the run ends early, and leaves
where the run itself was killed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pipeline.errors import NewsloomError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.process import BaseProcess

WORTH_A_POOL = 8
"""Fewer pieces of work than this are done in this process: a pool takes a second to start."""

W = TypeVar("W")
R = TypeVar("R")

_AHEAD = 2
"""Inputs handed out per process beyond the one it works on; bounds what waits in memory."""

_METHOD = "forkserver" if os.name == "posix" else "spawn"

_worker: Any = None


def _start(make: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    global _worker  # noqa: PLW0603 - a process of the pool has one worker, made at its start
    # Who interrupts the run means its first process, which then ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_the_run, daemon=True).start()
    _worker = make(*arguments)


def _leave_with_the_run() -> None:
    """End this process when the one that started it has gone, however it went."""
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        os._exit(1)


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
        self._others: set[BaseProcess] = set()

    def map(self, method: str, inputs: Iterable[tuple[Any, ...]], pieces: int) -> Iterator[Any]:
        """Call the worker's method on each tuple of arguments; results come in their order.

        `pieces` is how many there are: a few are done in this process. Errors: those of the
        method; `NewsloomError` where a process was killed.
        """
        if self._processes == 1 or pieces < WORTH_A_POOL:
            if self._local is None:
                self._local = self._make(*self._arguments)
            for arguments in inputs:
                yield getattr(self._local, method)(*arguments)
            return
        from concurrent.futures.process import BrokenProcessPool

        try:
            yield from self._from_pool(self._started(), method, inputs)
        except BrokenProcessPool:
            raise NewsloomError(
                "a worker process was killed, perhaps because memory ran out; "
                "try again with fewer --workers"
            ) from None

    def _from_pool(
        self, pool: ProcessPoolExecutor, method: str, inputs: Iterable[tuple[Any, ...]]
    ) -> Iterator[Any]:
        waiting: deque[Future[Any]] = deque()
        for arguments in inputs:
            waiting.append(pool.submit(_call, method, arguments))
            if len(waiting) > self._processes * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            from concurrent.futures import ProcessPoolExecutor

            context = multiprocessing.get_context(_METHOD)
            start_ahead(self._make.__module__)
            self._others = set(multiprocessing.active_children())
            initial = (self._make, self._arguments)
            self._pool = ProcessPoolExecutor(self._processes, context, _start, initial)
        return self._pool

    def stop(self) -> None:
        """Let the processes go, when they have done their work, and all that workers remember."""
        self._local = None
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def kill(self) -> None:
        """End the processes at once, in the midst of their work."""
        if self._pool is not None:
            for process in set(multiprocessing.active_children()) - self._others:
                process.kill()
            self._pool.shutdown(cancel_futures=True)


def start_ahead(module: str) -> None:
    """Start the process from which those of a pool are forked, which imports `module` meanwhile.

    It is deaf to interrupts: a terminal sends them to all, and none is to complain.
    """
    if _METHOD != "forkserver" or threading.current_thread() is not threading.main_thread():
        return
    from multiprocessing import forkserver

    multiprocessing.get_context(_METHOD).set_forkserver_preload([module])
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def team(processes: int, make: Callable[..., W], *arguments: Any) -> Iterator[Team[W]]:
    """A team of up to `processes` processes, its workers made by `make(*arguments)`.

    They end with the block: after their work, or at once where it is left by an error.
    """
    working = Team(processes, make, arguments)
    try:
        yield working
    except BaseException:
        working.kill()
        raise
    working.stop()
