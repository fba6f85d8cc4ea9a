"""Times whole processes: seconds by the clock and of the processor, and the peak memory of the
process and its children together."""

from __future__ import annotations

import resource
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

_POLL_SECONDS = 0.05
"""Looking takes a millisecond or two, on a processor that the process may need."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each repeat, by the clock and of the processor, and the highest memory in bytes
    seen in any."""

    seconds: tuple[float, ...]
    processor_seconds: tuple[float, ...]
    peak_bytes: int

    @property
    def median(self) -> float:
        """Median of the repeats, in seconds."""
        return statistics.median(self.seconds)

    @property
    def processor(self) -> float:
        """Median of the repeats, in seconds of the processor, those of a pool included."""
        return statistics.median(self.processor_seconds)

    @property
    def spread(self) -> str:
        """Least and most of the repeats, in seconds."""
        return f"{min(self.seconds):.2f}–{max(self.seconds):.2f}"


class _Watch:
    """What a process and its descendants use while it runs, looked at now and then."""

    def __init__(self, process: psutil.Process) -> None:
        self.peak_bytes = 0
        self._process = process
        self._used: dict[int, float] = {}
        self._waited = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def stop(self) -> float:
        """Stop looking; gives the processor seconds of the descendants that nobody waited for."""
        self._stop.set()
        self._thread.join()
        return max(sum(self._used.values()) - self._waited, 0.0)

    def _follow(self) -> None:
        while not self._stop.wait(_POLL_SECONDS):
            try:
                self._look()
            except psutil.Error:  # one of them has just ended
                continue

    def _look(self) -> None:
        """Note processor time and resident bytes; what processes share is counted once."""
        memory = self._process.memory_info()
        resident = memory.rss - memory.shared
        times = self._process.cpu_times()
        self._waited = times.children_user + times.children_system
        for each in self._process.children(recursive=True):
            times, memory = each.cpu_times(), each.memory_info()
            self._used[each.pid] = times.user + times.system
            resident += memory.rss - memory.shared
        self.peak_bytes = max(self.peak_bytes, int(resident))


def _children_seconds() -> float:
    """Processor time of the processes that this one waited for, and that those waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command: Sequence[str]) -> tuple[float, float, int]:
    """Run a command once: its seconds, those of the processor, and peak bytes.

    Errors: where it fails.
    """
    before, started = _children_seconds(), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    watch = _Watch(psutil.Process(process.pid))
    _, errors = process.communicate()
    seconds = time.perf_counter() - started
    pool_seconds = watch.stop()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: {errors.decode()}")
    return seconds, _children_seconds() - before + pool_seconds, watch.peak_bytes


def in_turn(
    commands: dict[str, Sequence[str]],
    repeats: int,
    before: dict[str, Callable[[], object]] | None = None,
) -> dict[str, Measured]:
    """Run every command `repeats` times, in turn, so that a slow moment hits all alike.

    `before` prepares a command and is not timed.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    processor: dict[str, list[float]] = {name: [] for name in commands}
    peaks = dict.fromkeys(commands, 0)
    for _ in range(repeats):
        for name, command in commands.items():
            if before and name in before:
                before[name]()
            took, used, peak = run(command)
            seconds[name].append(took)
            processor[name].append(used)
            peaks[name] = max(peaks[name], peak)
    return {
        name: Measured(tuple(seconds[name]), tuple(processor[name]), peaks[name])
        for name in commands
    }
