"""Has DuckDB work on several statements side by side, each in a lane of its own.

Two statements with a thread each get more done than one with two: much of a statement, such as
planning it or writing out its table, has only one thread. The last one gets all threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Generic, TypeAlias, TypeVar

import duckdb

from pipeline.queries import Graph
from pipeline.warehouse import Warehouse

_INTERRUPT_SECONDS = 0.05

Made = TypeVar("Made")
Job: TypeAlias = Callable[[Warehouse], Made]
"""Makes one result in the lane it is given. It may be called a second time, if the first ran out of
memory."""


@dataclass(frozen=True, slots=True)
class Known(Generic[Made]):
    """A result that is there already."""

    made: Made


def side_by_side(
    lanes: Sequence[Warehouse],
    reads: Graph,
    begin: Callable[[str], Job[Made] | Known[Made]],
    end: Callable[[str, Made], None],
) -> None:
    """Make a result for every name of `reads`, each after those it reads, which are names, too.

    `begin` gives its job or what is known of it, `end` takes what was made; both are called in the
    thread of the caller. Of the jobs that wait for a lane, the one first in `reads` is done first.
    A job that runs out of memory beside others is done again alone, with more of it. Errors: what
    `begin`, `end` or a job raises; all jobs are interrupted then, and none is left running.
    """
    _Work(lanes, reads, begin, end).do()


class _Work(Generic[Made]):
    """One call of `side_by_side`: which jobs wait, are being done, or must be done again."""

    def __init__(
        self,
        lanes: Sequence[Warehouse],
        reads: Graph,
        begin: Callable[[str], Job[Made] | Known[Made]],
        end: Callable[[str, Made], None],
    ) -> None:
        self._lanes = lanes
        self._schedule = TopologicalSorter(reads)
        self._places = {name: place for place, name in enumerate(reads)}
        self._begin = begin
        self._end = end
        self._jobs: dict[str, Job[Made]] = {}
        self._waiting: set[str] = set()
        self._starved: list[str] = []
        self._working: dict[Future[Made], tuple[str, Warehouse]] = {}

    def do(self) -> None:
        """Do all of it. Errors: see `side_by_side`."""
        self._lanes[0].use_threads_beside(len(self._lanes) - 1)
        self._schedule.prepare()
        with ThreadPoolExecutor(len(self._lanes)) as threads, self._interrupted_at_last():
            while self._schedule.is_active():
                self._take_up()
                self._start(threads)
                self._collect()
        self._lanes[0].use_threads_beside(0)

    def _take_up(self) -> None:
        """Begin all that may begin; what is known already ends at once."""
        while names := self._schedule.get_ready():
            for name in sorted(names, key=self._places.__getitem__):
                job = self._begin(name)
                if isinstance(job, Known):
                    self._finish(name, job.made)
                else:
                    self._jobs[name] = job
                    self._waiting.add(name)

    def _finish(self, name: str, made: Made) -> None:
        self._jobs.pop(name, None)
        self._end(name, made)
        self._schedule.done(name)

    def _start(self, threads: ThreadPoolExecutor) -> None:
        """Give every free lane a job; a job that ran out of memory has the others wait."""
        free = [lane for lane in self._lanes if lane not in self._busy()]
        while free and self._waiting and not self._starved:
            name, lane = min(self._waiting, key=self._places.__getitem__), free.pop(0)
            self._waiting.remove(name)
            self._working[threads.submit(self._jobs[name], lane)] = name, lane
        if free and self._working:
            # Never fewer threads while a statement runs: that would wait until it lets go of one.
            free[0].use_threads_beside(0)

    def _busy(self) -> list[Warehouse]:
        return [lane for _, lane in self._working.values()]

    def _collect(self) -> None:
        """Wait until a job ends; those that ran out of memory are done once all others have."""
        done = wait(self._working, return_when=FIRST_COMPLETED).done
        for future in sorted(done, key=lambda each: self._places[self._working[each][0]]):
            name, _ = self._working.pop(future)
            try:
                made = future.result()
            except duckdb.OutOfMemoryException:
                self._starved.append(name)
            else:
                self._finish(name, made)
        while self._starved and not self._working:
            name = self._starved.pop(0)
            with self._lanes[0].more_memory():
                made = self._jobs[name](self._lanes[0])
            self._finish(name, made)

    @contextmanager
    def _interrupted_at_last(self) -> Iterator[None]:
        """Interrupt what still runs at the end of the block, between statements, too."""
        try:
            yield
        finally:
            while any(not future.done() for future in self._working):
                for lane in self._busy():
                    lane.interrupt()
                wait(self._working, timeout=_INTERRUPT_SECONDS)
