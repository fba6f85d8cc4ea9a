"""One writer at a time: who holds the lock is named, waited for, and forgotten when it is dead."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.core.errors import NewsloomError
from pipeline.core.paths import work_path
from pipeline.publish.lock import only_writer
from pipeline.publish.work_dir import WorkDir
from tests.calling import call

HOLD = """
import sys, time
from pathlib import Path
from pipeline.publish.lock import only_writer
with only_writer(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def told_holder(out: Path) -> str:
    """Who is said to hold the lock."""
    return (work_path(out) / "lock").read_text()


@contextmanager
def held_by_another(out: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process holds the lock until it is killed."""
    arguments = [sys.executable, "-c", HOLD, str(out)]
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
    with held_by_another(out) as holder:
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


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), MemoryError()])
def test_that_its_name_stays_behind_is_no_failure(
    out: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(self: WorkDir, name: str) -> None:
        raise error

    monkeypatch.setattr(WorkDir, "remove", refuse)
    with only_writer(out):
        pass
    with only_writer(out):
        pass


def test_who_waits_gets_it_when_it_is_free(out: Path) -> None:
    told: list[str] = []
    with held_by_another(out) as holder:
        threading.Timer(0.3, os.kill, (holder.pid, signal.SIGKILL)).start()
        with only_writer(out, wait=30, on_wait=told.append):
            assert told_holder(out).startswith(f"process {os.getpid()}, started ")
    assert len(told) == 1
    assert told[0].startswith(f"process {holder.pid}, started ")


@pytest.mark.parametrize("left", ["", "process {own}, started 1999", "process 1", "\x00"])
def test_what_a_dead_run_left_keeps_nobody_out(out: Path, left: str) -> None:
    work_path(out).mkdir()
    (work_path(out) / "lock").write_text(left.format(own=os.getpid()) + " and much more" * 20)
    with only_writer(out):
        assert re.fullmatch(rf"process {os.getpid()}, started \S+ \S+\n", told_holder(out))
    assert not (work_path(out) / "lock").exists()


def test_a_killed_holder_lets_go(out: Path) -> None:
    with held_by_another(out) as holder:
        holder.kill()
        holder.wait()
        assert told_holder(out).startswith(f"process {holder.pid}")
        with only_writer(out):
            pass


def test_a_lock_whose_file_was_deleted_is_held_still(out: Path) -> None:
    with only_writer(out):
        (work_path(out) / "lock").unlink()
        with pytest.raises(NewsloomError, match=r"another run \(unknown\)"), only_writer(out):
            pass


def test_a_folder_that_was_deleted_is_locked_anew(out: Path) -> None:
    with only_writer(out) as first:
        shutil.rmtree(work_path(out))
        with only_writer(out) as second:
            assert second.is_in_place
            assert not first.is_in_place
            assert not first.staging.parent.samefile(second.staging.parent)


def test_where_only_files_can_be_locked(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flock = fcntl.flock

    def refuse_folders(descriptor: int, operation: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EBADF, "Bad file descriptor")
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", refuse_folders)
    with only_writer(out), pytest.raises(NewsloomError, match="another run"), only_writer(out):
        pass


def test_a_file_system_without_locks_is_named(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(NewsloomError, match=r"cannot be locked .*not supported"), only_writer(out):
        pass


def test_a_run_that_fails_before_it_makes_anything_leaves_nothing(out: Path) -> None:
    with pytest.raises(NewsloomError, match="no such revision"), only_writer(out):
        raise NewsloomError("no such revision")
    assert not work_path(out).exists()
    with only_writer(out) as work:
        work.state.write_text("kept")
    with pytest.raises(NewsloomError, match="no such revision"), only_writer(out):
        raise NewsloomError("no such revision")
    assert [path.name for path in work_path(out).iterdir()] == ["state"]
