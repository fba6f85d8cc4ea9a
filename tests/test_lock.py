"""One writer at a time: who holds the lock is named, waited for, and forgotten when it is dead."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.errors import NewsloomError
from pipeline.layout import Workshop
from pipeline.lock import only_writer
from tests.calling import call

HOLD = """
import sys, time
from pathlib import Path
from pipeline.lock import only_writer
with only_writer(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "workshop" / "lock"


@contextmanager
def held_by_another(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process holds the lock until it is killed."""
    arguments = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder
        finally:
            holder.kill()


def test_a_second_run_fails_at_once_and_names_the_first(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    out = tmp_path / "out"
    with held_by_another(Workshop.beside(out).lock) as holder:
        result = call("run", "--raw", str(tmp_path / "raw"), "--out", str(out))
        assert (result.exit_code, result.stdout) == (1, "")
        assert re.fullmatch(
            rf"error: another run \(process {holder.pid}, started \d{{4}}-\d\d-\d\d \S+\) "
            r"is writing this build; wait for it with --wait, .*\n",
            result.stderr,
        )
        assert not out.exists()
        result = call("run", "--raw", str(tmp_path / "raw"), "--out", str(out), "--wait", "0.2")
        assert result.exit_code == 1
        waiting, failed = result.stderr.splitlines()
        assert re.fullmatch(r"another run \(process .*\) is writing .*; waiting for it", waiting)
        assert failed.startswith("error: another run ")


def test_who_waits_gets_it_when_it_is_free(path: Path) -> None:
    told: list[str] = []
    with held_by_another(path) as holder:
        threading.Timer(0.3, os.kill, (holder.pid, signal.SIGKILL)).start()
        started = time.monotonic()
        with only_writer(path, wait=30, told=told.append):
            assert time.monotonic() - started < 10
            assert path.read_text().startswith(f"process {os.getpid()}, started ")
    assert len(told) == 1
    assert told[0].startswith(f"process {holder.pid}, started ")


@pytest.mark.parametrize("left", ["", "process {own}, started 1999", "process 1", "\x00"])
def test_what_a_dead_run_left_keeps_nobody_out(path: Path, left: str) -> None:
    path.parent.mkdir()
    path.write_text(left.format(own=os.getpid()) + " and much more" * 20)
    with only_writer(path):
        assert re.fullmatch(rf"process {os.getpid()}, started \S+ \S+\n", path.read_text())
    assert path.read_text() == ""


def test_a_killed_holder_lets_go(path: Path) -> None:
    with held_by_another(path) as holder:
        holder.kill()
        holder.wait()
        assert path.read_text().startswith(f"process {holder.pid}")
        with only_writer(path):
            pass


def test_a_lock_whose_file_was_deleted_counts_for_nobody_else(path: Path) -> None:
    with only_writer(path):
        path.unlink()
        with only_writer(path), pytest.raises(NewsloomError), only_writer(path):
            pass


def test_a_file_system_without_locks_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(NewsloomError, match=r"cannot be locked .*not supported"), only_writer(path):
        pass
