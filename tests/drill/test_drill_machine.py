"""The failure drill, continued: disks, memory, raw files, processes and pipes that fail a run."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from pipeline.read.verify import verify
from tests.build.test_endings import SMALL_SHARES
from tests.conftest import Figures
from tests.drill.faults import arguments, ended, misread, start, starve, undisturbed
from tests.drill.field import Archives, Field

pytestmark = pytest.mark.slow


def disturbed(field: Field, fault: str, prepare: Callable[..., None], *given: object) -> int:
    """Run the target so prepared, and hold what must hold after it."""
    command = arguments(field.target, field.out, "--force")

    def end() -> int:
        return ended(start(command, prepare, given, field.home / "told"))

    return field.disturbed(fault, end)


def remount(place: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(place)], check=True)


def used(place: Path) -> int:
    """The bytes in use of a file system."""
    status = os.statvfs(place)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


@pytest.fixture
def disk(tmp_path: Path, mounted: Callable[..., None]) -> Path:
    place = tmp_path / "disk"
    place.mkdir()
    mounted("-t", "tmpfs", "-o", "size=256m", "tmpfs", str(place))
    return place


def test_a_disk_that_is_full(
    archives: Archives, tmp_path: Path, disk: Path, record_property: Figures
) -> None:
    field = Field(archives, tmp_path, disk / "out")
    codes = []
    for kibibytes in (0, 40, 200, 600, 1_500, 3_000, 5_000):
        taken = used(disk)

        def end(most: int = taken + kibibytes * 1024) -> int:
            remount(disk, f"size={most}")
            command = arguments(field.target, field.out, "--force")
            code = ended(start(command, undisturbed, (), field.home / "told"))
            remount(disk, "size=256m")
            return code

        codes.append(field.disturbed("disk full", end))
        told = (field.home / "told").read_text(encoding="utf-8")
        assert codes[-1] == 0 or "pace left" in told, told
    assert codes.count(1) >= 5
    record_property("figures", f"a disk that is full: {field.figures()}")


def test_a_disk_that_cannot_be_written(
    archives: Archives, tmp_path: Path, disk: Path, record_property: Figures
) -> None:
    field = Field(archives, tmp_path, disk / "out")

    def end() -> int:
        remount(disk, "ro")
        command = arguments(field.target, field.out)
        code = ended(start(command, undisturbed, (), field.home / "told"))
        remount(disk, "rw")
        return code

    assert field.disturbed("read-only output", end) == 1
    told = (field.home / "told").read_text(encoding="utf-8")
    assert "Read-only file system" in told
    assert "Traceback" not in told
    record_property("figures", f"a disk that cannot be written: {field.figures()}")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("vanishes", "unreadable_file"),
        ("fails", "unreadable_file"),
        ("changes", "changing_file"),
    ],
)
def test_a_raw_file_that(field: Field, kind: str, code: str) -> None:
    """The file is rejected, all others are read; when it is back, so is the undisturbed build."""
    path = sorted((field.target / "_news").rglob("*.md"))[20]
    name, content = path.relative_to(field.target).as_posix(), path.read_bytes()
    command = arguments(field.target, field.out)
    assert ended(start(command, misread, (kind, path), field.home / "told")) == 0
    rows = {row["source_path"]: row for row in read(field.out, "files")}
    assert (rows[name]["status"], rows[name]["reason"]) == ("rejected", code)
    assert verify(field.out).faults == ()
    path.write_bytes(content)
    field.tally[f"raw file {kind}"] += 1
    field.recovered(kind)
    others = {row["source_path"]: row for row in read(field.out, "files")}
    assert {**rows, name: None} == {**others, name: None}


def read(out: Path, table: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(out / "tables" / f"{table}.parquet").to_pylist()
    return rows


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_memory_that_runs_out(field: Field) -> None:
    """Also where it runs out within a library that then ends the process in its own way."""
    codes = [disturbed(field, "memory bound", starve, most) for most in (1, 30, 100, 200)]
    assert codes[0] != 0


def test_a_worker_that_is_killed(field: Field, record_property: Figures) -> None:
    command = [sys.executable, "-c", SMALL_SHARES.replace("40", "10")]
    options = arguments(field.target, field.out, "--force", "--workers", "2")

    def end() -> int:
        with subprocess.Popen(
            [*command, *options], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        ) as run:
            struck = _kill_a_worker(run.pid)
            assert run.stderr
            told = run.stderr.read()
        assert struck
        assert "a worker process was killed" in told
        return run.returncode

    for _ in range(2):
        options[2] = str(field.target)
        assert field.disturbed("worker killed", end) == 1


def _kill_a_worker(pid: int) -> bool:
    """Kill one of the processes that a run's fork server has forked, as soon as there is one."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for child in psutil.Process(pid).children(recursive=True):
            if child.ppid() != pid:
                os.kill(child.pid, signal.SIGKILL)
                return True
        time.sleep(0.001)
    return False


def piped(field: Field, stdout: int, stderr: int, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipeline", *arguments(field.target, field.out), *more]
    return subprocess.Popen(command, stdout=stdout, stderr=stderr)


def test_a_pipe_that_is_full_and_then_closed(field: Field) -> None:
    """The run waits for its reader; when that goes away the build is published all the same."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    size = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writer, b"x" * size)
    os.set_blocking(writer, True)

    def end() -> int:
        run = piped(field, writer, subprocess.DEVNULL)
        os.close(writer)
        before = (field.out / "manifest.json").read_bytes()
        while (field.out / "manifest.json").read_bytes() == before:
            time.sleep(0.05)
        time.sleep(0.5)
        assert run.poll() is None, "it should wait for its reader"
        os.close(reader)
        assert run.wait(30) == 141
        return 0

    field.disturbed("full pipe", end)


def test_a_log_that_nobody_reads(field: Field) -> None:
    def end() -> int:
        reader, writer = os.pipe()
        os.close(reader)
        run = piped(field, subprocess.DEVNULL, writer)
        os.close(writer)
        return run.wait(60)

    assert field.disturbed("closed log", end) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_terminal_that_is_full(field: Field) -> None:
    def end() -> int:
        with Path("/dev/full").open("wb") as full:
            run = piped(field, full.fileno(), subprocess.PIPE)
            _, told = run.communicate(timeout=60)
        assert run.returncode == 1
        assert b"No space left" in told
        return 0

    field.disturbed("full output", end)
