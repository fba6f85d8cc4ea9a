"""Runs a function over many inputs, in this process or in several."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

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


@dataclass(frozen=True, slots=True)
class Team(Generic[W]):
    """One worker here, or one in each process of a pool."""

    local: W | None
    pool: ProcessPoolExecutor | None
    size: int

    def map(self, method: str, inputs: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """Call the worker's method on each tuple of arguments; results come in their order."""
        if self.pool is None:
            for arguments in inputs:
                yield getattr(self.local, method)(*arguments)
            return
        waiting: deque[Future[Any]] = deque()
        for arguments in inputs:
            waiting.append(self.pool.submit(_call, method, arguments))
            if len(waiting) > self.size * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def team(size: int, make: Callable[..., W], *arguments: Any) -> Iterator[Team[W]]:
    """A team of `size` workers, each made by `make(*arguments)`; one works in this process."""
    if size == 1:
        yield Team(make(*arguments), None, 1)
        return
    context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
    context.set_forkserver_preload([make.__module__])
    with ProcessPoolExecutor(size, context, _start, (make, arguments)) as pool:
        yield Team(None, pool, size)
