"""Runs with a fault put into them, in a process of their own.

The faults come through Python's audit hooks, which hear of every file that is opened, moved or
deleted: the k-th of these *steps* of a run is where it is killed, or where the system refuses.
"""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pipeline.build.make  # noqa: F401 - imported once by the server from which the runs are forked
from pipeline.cli.verbs import main
from pipeline.sources import folder as discover
from pipeline.sources import object_store, tar_reader, zip_archive

EVENTS = {
    *("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.truncate"),
    *("os.listdir", "os.scandir", "shutil.rmtree", "shutil.copyfile", "ctypes.dlsym"),
}
SECONDS = 60


def steps_of(home: Path, take: Callable[[int, str], None]) -> None:
    """Tell `take` of every step of this process below `home`: its number, event and arguments."""
    below, number = str(home), 0

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal number
        if event not in EVENTS:
            return
        names = [os.fsdecode(each) for each in arguments if _is_name(each)]
        told = " ".join(names)
        # What is reached through a handle has the handle's name, or one relative to it.
        is_relative = _is_name(arguments[0]) and not Path(names[0]).is_absolute()
        if below in told or "/proc/" in told or is_relative or event == "ctypes.dlsym":
            number += 1
            take(number, f"{event} {told}")

    sys.addaudithook(hear)


def _is_name(argument: object) -> bool:
    return isinstance(argument, str | bytes | os.PathLike)


def _signal_at(wanted: int, number: int) -> Callable[[int, str], None]:
    def take(step: int, told: str) -> None:
        if step == wanted:
            os.kill(os.getpid(), number)

    return take


def _refuse_at(wanted: int, error: Exception) -> Callable[[int, str], None]:
    def take(step: int, told: str) -> None:
        if step == wanted:
            raise error

    return take


FAULTS: dict[str, Callable[[int], Callable[[int, str], None]]] = {
    "kill -9": lambda step: _signal_at(step, signal.SIGKILL),
    "SIGINT": lambda step: _signal_at(step, signal.SIGINT),
    "SIGTERM": lambda step: _signal_at(step, signal.SIGTERM),
    "no space left": lambda step: _refuse_at(step, OSError(errno.ENOSPC, "No space left")),
    "input/output error": lambda step: _refuse_at(step, OSError(errno.EIO, "I/O error")),
    "permission denied": lambda step: _refuse_at(step, PermissionError(errno.EACCES, "denied")),
    "out of memory": lambda step: _refuse_at(step, MemoryError()),
}
"""The faults that strike at a step of a run."""


def arguments(raw: Path, out: Path, *more: str) -> list[str]:
    """The command line of a run in a single process."""
    return ["run", "--raw", str(raw), "--out", str(out), "--workers", "1", "--log-json", *more]


def run(
    command: Sequence[str], prepare: Callable[..., None], given: Sequence[Any], told: Path
) -> None:
    """Run newsloom in this process, its output to the file `told`, after `prepare(*given)`."""
    descriptor = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # however the tests were started
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    prepare(*given)
    main(list(command), prog_name="newsloom")


def strike(home: Path, fault: str, step: int) -> None:
    """Put a fault into what this process does from now on."""
    steps_of(home, FAULTS[fault](step))


def undisturbed() -> None:
    """Put no fault into it."""


def record(home: Path, trace: Path) -> None:
    """Write the steps of this process into the file `trace`, a line of JSON each."""
    lines = trace.open("w", encoding="utf-8")

    def write(number: int, told: str) -> None:
        print(json.dumps(told), file=lines, flush=True)

    steps_of(home, write)


def start(
    command: Sequence[str], prepare: Callable[..., None], given: Sequence[Any], told: Path
) -> BaseProcess:
    """A process that runs newsloom; forked from one that has imported all of it already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=run, args=(list(command), prepare, list(given), told))
    process.start()
    return process


def ended(process: BaseProcess) -> int:
    """The exit code of a process; negative is the signal that ended it."""
    process.join(SECONDS)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError("the run did not end")
    return process.exitcode


def misread(kind: str, path: Path) -> None:
    """Let one raw file vanish, change or fail while it is being read: `kind` says which."""
    if kind == "changes":
        _append_after_reading(path)
        return

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        # A file of an archive is opened by its own name, in a folder that is open already.
        if event == "open" and arguments[0] == os.fsencode(path.name):
            if kind == "vanishes":
                path.unlink()
            else:
                raise OSError(errno.EIO, os.strerror(errno.EIO))

    sys.addaudithook(hear)


def _append_after_reading(path: Path) -> None:
    read = discover._read_up_to

    def read_and_append(descriptor: int, most: int) -> bytes:
        data = read(descriptor, most)
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            with path.open("ab") as file:
                file.write(b"more")
        return data

    discover._read_up_to = read_and_append


def starve(mebibytes: int) -> None:
    """Bound the memory of this process to what it has and so many MiB more."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + mebibytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def strike_at(number: int, strike: Callable[[], None]) -> None:
    """Do something when this process reads the given member of an archive file, or object."""
    left = iter(range(number))

    def counted(read: Callable[..., Any]) -> Callable[..., Any]:
        def count(*arguments: object) -> Any:
            if next(left, None) is None:
                strike()
            return read(*arguments)

        return count

    tar_reader.TarReader.data = counted(tar_reader.TarReader.data)  # type: ignore[method-assign]
    zip_archive._unpacked = counted(zip_archive._unpacked)
    object_store._content = counted(object_store._content)


def kill_at(number: int) -> None:
    """Kill this process when it reads the given member."""
    strike_at(number, lambda: os.kill(os.getpid(), signal.SIGKILL))


def kill_with(environment: dict[str, str], number: int) -> None:
    """Kill this process when it reads the given member, by this environment."""
    os.environ.update(environment)
    kill_at(number)


def rewrite_at(number: int, path: Path, data: bytes) -> None:
    """Write an archive file anew while this process reads it."""
    strike_at(number, lambda: path.write_bytes(data) and None)
