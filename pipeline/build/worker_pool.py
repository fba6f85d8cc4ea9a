"""Calls a function on many inputs, in this process or in several.

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
from typing import TYPE_CHECKING, TypeVar

from pipeline.core.errors import NewsloomError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

WORTH_A_POOL = 8
"""Fewer inputs than this are worked on in this process: a pool takes a second to start."""

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 2
"""Inputs handed out per process beyond the one it works on; bounds what waits in memory."""

_METHOD = "forkserver" if os.name == "posix" else "spawn"


def map_in_order(
    function: Callable[[T], R], inputs: Iterable[T], count: int, processes: int
) -> Iterator[R]:
    """Call a function on each of `count` inputs; results come in their order.

    Function, inputs and results are pickled where a pool of `processes` is worth its start. Errors:
    those of the function; `NewsloomError` where a process was killed.
    """
    if processes == 1 or count < WORTH_A_POOL:
        yield from map(function, inputs)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    _start_server(function.__module__)
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context(_METHOD), _start)
    try:
        yield from _results(pool, processes, function, inputs)
    except BaseException as error:
        # A broken pool ends its processes itself, but for one that was just being started.
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        if isinstance(error, BrokenProcessPool):
            raise NewsloomError(
                "a worker process was killed, perhaps because memory ran out; "
                "try again with fewer --workers"
            ) from None
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _results(
    pool: ProcessPoolExecutor, processes: int, function: Callable[[T], R], inputs: Iterable[T]
) -> Iterator[R]:
    """The results in the order of the inputs; few inputs at a time are handed out."""
    waiting: deque[Future[R]] = deque()
    for each in inputs:
        waiting.append(pool.submit(function, each))
        if len(waiting) > processes * _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _start() -> None:
    """What each process of the pool does first."""
    # Who interrupts the run means its first process, which then ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_the_run, daemon=True).start()


def _leave_with_the_run() -> None:
    """End this process when the one that started it has gone, however it went."""
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        os._exit(1)


def _start_server(module: str) -> None:
    """Start the process from which those of a pool are forked, which imports `module` meanwhile.

    It is deaf to interrupts: a terminal sends them to all, and none is to complain. Here one comes
    when it has started.
    """
    if _METHOD != "forkserver":
        return
    from multiprocessing import forkserver

    multiprocessing.get_context(_METHOD).set_forkserver_preload([module])
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
