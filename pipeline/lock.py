"""One writer at a time: a lock that the system lets go of when its holder ends, however it ends.

Its file tells who holds it, for the message alone: what a dead run left there, even if another
process has its number by now, keeps nobody out.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import NewsloomError

_POLL_SECONDS = 0.1


@contextmanager
def only_writer(
    path: Path, wait: float = 0.0, told: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Hold the lock in the file `path`, which then tells the pid and start time of its holder.

    Waits up to `wait` seconds where another process holds it; `told` hears once for whom. Errors:
    `NewsloomError` where it is still held then, or where the file system knows no locks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = _held(path, wait, told)
    try:
        os.ftruncate(descriptor, 0)
        started = datetime.now(UTC).isoformat(sep=" ", timespec="seconds")
        os.pwrite(descriptor, f"process {os.getpid()}, started {started}\n".encode(), 0)
        yield
        with suppress(OSError):
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _held(path: Path, wait: float, told: Callable[[str], None]) -> int:
    """An open descriptor that holds the lock."""
    give_up = time.monotonic() + wait
    is_waiting = False
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            if _is_locked(descriptor, path) and _is_at(path, descriptor):
                return descriptor
            holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if time.monotonic() >= give_up:
            raise NewsloomError(
                f"another run ({holder or 'unknown'}) is writing this build; "
                "wait for it with --wait, or try again when it is done"
            )
        if not is_waiting:
            told(holder)
            is_waiting = True
        time.sleep(_POLL_SECONDS)


def _is_locked(descriptor: int, path: Path) -> bool:
    """Take the lock if it is free. Errors: `NewsloomError` where there are no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise NewsloomError(
            f"{path} cannot be locked ({error.strerror}); write to a file system that has locks"
        ) from None
    return True


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether the locked file is still the one at `path`: somebody may have deleted it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
