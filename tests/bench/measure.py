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

_POLL_SECONDS = 0.02


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
        """Median of the repeats, in seconds of the processor, those of a pool left out."""
        return statistics.median(self.processor_seconds)

    @property
    def spread(self) -> str:
        """Least and most of the repeats, in seconds."""
        return f"{min(self.seconds):.2f}–{max(self.seconds):.2f}"


def _memory(process: psutil.Process) -> int:
    """Resident bytes of a process and its descendants, what they share counted once."""
    total = 0
    try:
        for each in (process, *process.children(recursive=True)):
            total += each.memory_info().rss - each.memory_info().shared
        return int(total)
    except psutil.NoSuchProcess:
        return total


def _watch(process: psutil.Process, stop: threading.Event, peak: list[int]) -> None:
    while not stop.wait(_POLL_SECONDS):
        peak[0] = max(peak[0], _memory(process))


def _children_seconds() -> float:
    """Processor time of the processes that this one waited for; for a pool nobody waits."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command: Sequence[str]) -> tuple[float, float, int]:
    """Run a command once: its seconds, those of the processor, and peak bytes.

    Errors: where it fails.
    """
    before, started = _children_seconds(), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    stop, peak = threading.Event(), [0]
    watcher = threading.Thread(target=_watch, args=(psutil.Process(process.pid), stop, peak))
    watcher.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - started
    stop.set()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: {errors.decode()}")
    return seconds, _children_seconds() - before, peak[0]


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
