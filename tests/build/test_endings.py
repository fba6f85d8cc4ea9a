"""However a run ends, its processes end with it and what was published stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from pipeline.build.run import build
from pipeline.core.paths import work_path
from pipeline.read.verify import verify
from pipeline.sample import write_sample
from tests.build_fixtures import parquet_bytes

SMALL_SHARES = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs ignore it
import sys
from pipeline.sources import shares
shares.MAX_FILES = 40
from pipeline.cli.verbs import main
main(sys.argv[1:], prog_name="newsloom")
"""
"""The command line, with shares so small that few files are worth several processes."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    raw = tmp_path_factory.mktemp("endings") / "raw"
    write_sample(raw, 700, seed=3)
    return raw


@pytest.fixture
def out(archive: Path, tmp_path: Path) -> Path:
    """A build of a small archive, which the run of the large one is to replace."""
    write_sample(tmp_path / "small", 3)
    build(tmp_path / "small", tmp_path / "out", workers=1)
    return tmp_path / "out"


@contextmanager
def running(raw: Path, out: Path, stage: str) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A run that has reached a stage, and the processes it has started."""
    arguments = ["run", "--raw", str(raw), "--out", str(out), "--workers", "2", "--log-json"]
    with subprocess.Popen(
        [sys.executable, "-c", SMALL_SHARES, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        assert run.stderr
        for line in run.stderr:
            if json.loads(line).get("stage") == stage:
                break
        process = psutil.Process(run.pid)
        # While files are read: the server of the pool, its helper, and two workers.
        yield run, started_by(process, 4 if stage == "read" else 1)


def started_by(process: psutil.Process, count: int) -> list[int]:
    """The processes that one has started, waited for until there are so many."""
    children: list[psutil.Process] = []
    for _ in range(400):
        children = process.children(recursive=True)
        if len(children) >= count:
            break
        time.sleep(0.02)
    return [child.pid for child in children]


def all_gone(pids: list[int]) -> bool:
    """Whether processes end within a few seconds."""
    for _ in range(100):
        if not any(map(psutil.pid_exists, pids)):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "number", "said", "whole_group"),
    [
        ("read", signal.SIGINT, "interrupted", True),
        ("marts", signal.SIGINT, "interrupted", False),
        ("read", signal.SIGTERM, "terminated", False),
        ("marts", signal.SIGTERM, "terminated", False),
        ("read", signal.SIGHUP, "hung up", False),
        ("read", signal.SIGKILL, "", False),
        ("marts", signal.SIGKILL, "", False),
    ],
)
def test_a_signal_ends_a_run_and_its_processes(
    archive: Path, out: Path, stage: str, number: int, said: str, whole_group: bool
) -> None:
    before = parquet_bytes(out)
    with running(archive, out, stage) as (run, workers):
        assert workers
        os.killpg(run.pid, number) if whole_group else os.kill(run.pid, number)
        _, told = run.communicate(timeout=20)
    if said:
        # A worker that was just being started may complain of what has gone.
        lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
        assert run.returncode == 128 + number
        assert (lines[-1]["event"], lines[-1]["message"]) == ("failed", said)
        assert not list(work_path(out).glob("staging*"))
    else:
        assert run.returncode == -number
    assert all_gone(workers)
    assert verify(out).faults == ()
    assert parquet_bytes(out) == before
    build(archive, out, workers=1)
    build(archive, out.parent / "fresh", workers=1)
    assert parquet_bytes(out) == parquet_bytes(out.parent / "fresh")
    assert not list(work_path(out).glob("staging*"))


@pytest.mark.slow
def test_a_killed_worker_is_an_error_with_advice(archive: Path, out: Path) -> None:
    with running(archive, out, "read") as (run, workers):
        killed = 0
        for pid in workers:
            with suppress(psutil.NoSuchProcess):  # a helper of a moment that has ended since
                worker = psutil.Process(pid)
                if worker.ppid() != run.pid:  # one forked by the server, which is ours
                    worker.kill()
                    killed += 1
        assert killed
        _, told = run.communicate(timeout=30)
    assert run.returncode == 1
    last = json.loads(told.splitlines()[-1])
    assert (last["event"], last["exit_code"]) == ("failed", 1)
    assert "a worker process was killed" in last["message"]
    assert all_gone(workers)
    assert verify(out).faults == ()


def test_a_reader_that_goes_away(out: Path) -> None:
    command = [sys.executable, "-m", "pipeline", "sql", "from range(1000000)", "--json"]
    with subprocess.Popen(
        [*command, "--out", str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as reading:
        assert reading.stdout
        assert reading.stderr
        reading.stdout.readline()
        reading.stdout.close()
        assert reading.stderr.read() == b""
    assert reading.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_an_output_that_is_full(out: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "pipeline", "tables", "--out", str(out)],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (ended.returncode, ended.stderr) == (1, "error: [Errno 28] No space left on device\n")
