"""One writer at a time: a lock that the system lets go of when its holder ends, however it ends.

It is on the open work folder itself: there is no file that could be deleted under it. The file
`lock` there tells who holds it, for the message alone: what a dead run left keeps nobody out.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pipeline.core.errors import NewsloomError
from pipeline.publish.work_dir import WorkDir

_POLL_SECONDS = 0.1
_HOLDER = "lock"


@contextmanager
def only_writer(
    out: Path, wait: float = 0.0, on_wait: Callable[[str], None] = lambda _: None
) -> Iterator[WorkDir]:
    """Hold the lock of the build in `out`; gives its work folder.

    Waits up to `wait` seconds where another process holds it; `on_wait` is called once, with its
    name. Errors: `NewsloomError` where it is still held then, where the file system knows no locks,
    or where the folder cannot be trusted.
    """
    work, holder = _acquire(out, wait, on_wait)
    try:
        os.ftruncate(holder, 0)
        started = datetime.now(UTC).isoformat(sep=" ", timespec="seconds")
        os.pwrite(holder, f"process {os.getpid()}, started {started}\n".encode(), 0)
        with work.errors_named():
            yield work
    finally:
        with suppress(OSError, MemoryError, NewsloomError):  # what is published stays all the same
            work.remove(_HOLDER)
            work.remove_if_empty()
        os.close(holder)
        work.close()


def _acquire(out: Path, wait: float, on_wait: Callable[[str], None]) -> tuple[WorkDir, int]:
    """A work folder that is locked, and its open file for the name of the holder."""
    give_up = time.monotonic() + wait
    is_waiting = False
    while True:
        with ExitStack() as opened:
            work = opened.enter_context(closing(WorkDir(out)))
            holder = work.open_file(_HOLDER, os.O_RDWR | os.O_CREAT)
            opened.callback(os.close, holder)
            if _is_locked(work, holder) and work.is_in_place and work.holds(_HOLDER, holder):
                opened.pop_all()
                return work, holder
            name = os.pread(holder, 200, 0).decode(errors="replace").strip()
        if time.monotonic() >= give_up:
            raise NewsloomError(
                f"another run ({name or 'unknown'}) is writing this build; "
                "wait for it with --wait, or try again when it is done"
            )
        if not is_waiting:
            on_wait(name)
            is_waiting = True
        time.sleep(_POLL_SECONDS)


def _is_locked(work: WorkDir, holder: int) -> bool:
    """Take the lock if it is free. Errors: `NewsloomError` where there are no locks."""
    try:
        try:
            _lock(work.handle)
        except OSError as error:
            if error.errno != errno.EBADF:
                raise
            _lock(holder)  # network file systems lock files that are open for writing only
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise NewsloomError(
            f"{work.path} cannot be locked ({error.strerror}); "
            "write to a file system that has locks"
        ) from None
    return True


def _lock(descriptor: int) -> None:
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
