"""Has DuckDB work on several statements side by side, each in a lane of its own.

Two statements with a thread each get more done than one with two: much of a statement, such as
planning it or writing out its table, has only one thread. A lane that has nothing to do leaves its
thread to the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from typing import TypeAlias, TypeVar

from pipeline.queries import Graph
from pipeline.warehouse import Warehouse

Made = TypeVar("Made")
Job: TypeAlias = Callable[[Warehouse], Made]
"""Makes one result in the lane it is given."""


def side_by_side(
    lanes: Sequence[Warehouse],
    reads: Graph,
    begin: Callable[[str], Job[Made]],
    end: Callable[[str, Made], None],
) -> None:
    """Have the job of every name of `reads` done.

    A name is begun when those it reads have ended and a lane is free, the first in `reads` before
    the others. `begin` gives its job, `end` takes what the job made; both are called in the thread
    of the caller. Errors: what a job raises; the other jobs are interrupted then.
    """
    schedule = TopologicalSorter(reads)
    schedule.prepare()
    places = {name: place for place, name in enumerate(reads)}
    ready: list[str] = []
    free = list(lanes)
    working: dict[Future[Made], tuple[str, Warehouse]] = {}
    with ThreadPoolExecutor(len(lanes)) as threads:
        try:
            while schedule.is_active():
                ready = sorted((*ready, *schedule.get_ready()), key=places.__getitem__)
                while ready and free:
                    name, lane = ready.pop(0), free.pop(0)
                    lane.leave_threads(len(working))
                    working[threads.submit(begin(name), lane)] = name, lane
                if free:
                    free[0].leave_threads(len(working) - 1)
                for future in wait(working, return_when=FIRST_COMPLETED).done:
                    name, lane = working.pop(future)
                    free.append(lane)
                    end(name, future.result())
                    schedule.done(name)
        finally:
            for _, lane in working.values():
                lane.interrupt()
    free[0].leave_threads(0)
