"""Runs several statements at the same time, each in a session of its own.

Two statements with a thread each get more done than one with two: much of a statement, such as
planning it or writing out its table, has only one thread. The last one gets all threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from graphlib import TopologicalSorter
from typing import TypeAlias

import duckdb

from pipeline.engines.dependencies import Graph
from pipeline.engines.engine import Cached, Result
from pipeline.engines.session import Session

_INTERRUPT_SECONDS = 0.05

Job: TypeAlias = Callable[[Session], Result]
"""Makes one result in the session it is given. It may be called a second time, if the first ran out
of memory."""


def run_jobs(
    sessions: Sequence[Session],
    reads: Graph,
    begin: Callable[[str], Job | Cached],
    end: Callable[[str, Result], None],
) -> None:
    """Make a result for every name of `reads`, each after those it reads, which are names, too.

    `begin` gives its job or the cached result, `end` takes the result; both are called in the
    thread of the caller. Of the jobs that wait for a session, the one first in `reads` is done
    first. A job that runs out of memory next to others is done again alone, with more of it.
    Errors: what `begin`, `end` or a job raises; all jobs are interrupted then, and none is left
    running.
    """
    _Scheduler(sessions, reads, begin, end).run()


class _Scheduler:
    """One call of `run_jobs`: which jobs wait, are being done, or must be done again."""

    def __init__(
        self,
        sessions: Sequence[Session],
        reads: Graph,
        begin: Callable[[str], Job | Cached],
        end: Callable[[str, Result], None],
    ) -> None:
        self._sessions = sessions
        self._order = TopologicalSorter(reads)
        self._rank = {name: rank for rank, name in enumerate(reads)}
        self._begin = begin
        self._end = end
        self._jobs: dict[str, Job] = {}
        self._waiting: set[str] = set()
        self._out_of_memory: list[str] = []
        self._running: dict[Future[Result], tuple[str, Session]] = {}

    def run(self) -> None:
        self._sessions[0].leave_threads_to(len(self._sessions) - 1)
        self._order.prepare()
        with ThreadPoolExecutor(len(self._sessions)) as threads, self._interrupted_at_last():
            while self._order.is_active():
                self._take_up()
                self._start(threads)
                self._collect()
        self._sessions[0].leave_threads_to(0)

    def _take_up(self) -> None:
        """Begin all that may begin; a cached result ends at once."""
        while names := self._order.get_ready():
            for name in sorted(names, key=self._rank.__getitem__):
                job = self._begin(name)
                if isinstance(job, Cached):
                    self._finish(name, job.result)
                else:
                    self._jobs[name] = job
                    self._waiting.add(name)

    def _finish(self, name: str, result: Result) -> None:
        self._jobs.pop(name, None)
        self._end(name, result)
        self._order.done(name)

    def _start(self, threads: ThreadPoolExecutor) -> None:
        """Give every free session a job; a job that ran out of memory has the others wait."""
        free = [session for session in self._sessions if session not in self._busy()]
        while free and self._waiting and not self._out_of_memory:
            name, session = min(self._waiting, key=self._rank.__getitem__), free.pop(0)
            self._waiting.remove(name)
            self._running[threads.submit(self._jobs[name], session)] = name, session
        if free and self._running:
            # Never fewer threads while a statement runs: that would wait until it lets go of one.
            free[0].leave_threads_to(0)

    def _busy(self) -> list[Session]:
        return [session for _, session in self._running.values()]

    def _collect(self) -> None:
        """Wait until a job ends; those that ran out of memory are done once all others have."""
        done = wait(self._running, return_when=FIRST_COMPLETED).done
        for future in sorted(done, key=lambda each: self._rank[self._running[each][0]]):
            name, _ = self._running.pop(future)
            try:
                result = future.result()
            except duckdb.OutOfMemoryException:
                self._out_of_memory.append(name)
            else:
                self._finish(name, result)
        while self._out_of_memory and not self._running:
            name = self._out_of_memory.pop(0)
            with self._sessions[0].more_memory():
                result = self._jobs[name](self._sessions[0])
            self._finish(name, result)

    @contextmanager
    def _interrupted_at_last(self) -> Iterator[None]:
        """Interrupt what still runs at the end of the block, between statements, too."""
        try:
            yield
        finally:
            while any(not future.done() for future in self._running):
                for session in self._busy():
                    session.interrupt()
                wait(self._running, timeout=_INTERRUPT_SECONDS)
