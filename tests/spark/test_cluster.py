"""Builds on a cluster, in which executors, workers, drivers and disks fail."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from pipeline.build.run import build
from pipeline.core.paths import work_path
from pipeline.publish.work_dir import WorkDir
from pipeline.read.verify import verify
from pipeline.sample import write_sample
from tests.build_fixtures import Builder
from tests.hostile import record
from tests.spark.running import ROOT, SECONDS, Workers, differences, small_disk

pytest.importorskip("pyspark", reason="`make test-spark` has it")

IN_PARTS = (
    "from pipeline.cli.verbs import main; from pipeline.engines import spark_engine;"
    " spark_engine.PART_BYTES = 200_000; main()"
)
"""The command line, but relations are written in parts that are small."""

MOMENTS = {
    "parsing": "*-0-*.parquet",
    "writing": "build/tables/*.parquet/*.parquet",
    "marts": "build/marts/*",
}
"""What lies in the work folder, at the latest, when a driver is killed."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated archive, small, because a cluster takes a second for each relation."""
    write_sample(tmp_path_factory.mktemp("archive") / "raw", 200, seed=6)
    return tmp_path_factory.getbasetemp() / "archive0" / "raw"


def run_of(raw: Path, out: Path, *options: str) -> list[str]:
    """The command of a run."""
    return [sys.executable, "-c", IN_PARTS, "run", "--raw", str(raw), "--out", str(out), *options]


def contents(out: Path) -> dict[Path, bytes]:
    """All files of a build."""
    return {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def wait_until(is_so: Callable[[], object], seconds: int = 3 * SECONDS) -> None:
    """Look often, until it is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_there(folder: Path, pattern: str, driver: subprocess.Popen[bytes]) -> bool:
    """Whether there is such a file, or the driver has ended, too early."""
    return any(folder.glob(pattern)) or driver.poll() is not None


def are_busy() -> bool:
    """Whether two tasks run, on the two executors that are left."""
    from pyspark import SparkContext

    context = SparkContext._active_spark_context
    tracker = context.statusTracker()
    stages = [tracker.getStageInfo(each) for each in tracker.getActiveStageIds()]
    return sum(each.numActiveTasks for each in stages if each) >= 2


def failures(log: Path) -> Counter[str]:
    """What went wrong in a run and how often, by the event log of Spark."""
    found: Counter[str] = Counter()
    for event in map(json.loads, log.open(encoding="utf-8")):
        kind = event["Event"].rpartition(".")[2]
        if kind == "SparkListenerTaskEnd":
            found["failed tasks"] += event["Task End Reason"]["Reason"] != "Success"
            found["repeated tasks"] += event["Task Info"]["Attempt"] > 0
        found["lost executors"] += kind == "SparkListenerExecutorRemoved"
        found["excluded executors"] += kind == "SparkListenerExecutorExcluded"
    return found


def test_whatever_is_killed_or_full_costs_no_row(
    events: Path, archive: Path, tmp_path: Path
) -> None:
    """One after the other on one cluster, because a whole run takes a minute: drivers are killed,
    and in the last run an executor and a worker, where the disk of another is full."""
    raw, out, other = (tmp_path / each for each in ("raw", "out", "copy/out"))
    shutil.copytree(archive, raw)
    build(raw, out)
    before = contents(out)
    (raw / "new.md").write_bytes(record())
    build(raw, tmp_path / "wanted")
    with small_disk(tmp_path / "disk") as disk, Workers(tmp_path / "cluster", 3, [disk]) as workers:
        for pattern in MOMENTS.values():
            kill_driver(workers, raw, out, pattern)
            assert contents(out) == before, pattern
        for each in (out, work_path(out)):
            shutil.copytree(each, other.with_name(each.name))
        run = Drill(workers, raw, out)
        build(raw, out, spark=workers.address, progress=run.progress)
    build(raw, other)
    for made in (out, other):
        assert differences(tmp_path / "wanted", made) == {}
        assert {each.name for each in work_path(made).iterdir()} <= WorkDir.FILES
        assert not verify(made).faults
    assert run.killed == ["executor", "worker"]
    assert run.turned_away == (1, True)
    seen = failures(max(events.iterdir(), key=os.path.getmtime))
    assert seen["lost executors"] >= 2, seen
    assert seen["excluded executors"] >= 1, seen
    assert seen["failed tasks"] >= 2, seen
    assert seen["repeated tasks"] >= 2, seen


def kill_driver(workers: Workers, raw: Path, out: Path, pattern: str) -> None:
    """Begin a run, and kill it when its work folder holds such a file."""
    command = run_of(raw, out, "--engine", "spark", "--master", workers.address)
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as driver:
        wait_until(partial(is_there, work_path(out), f"staging.*/{pattern}", driver))
        driver.kill()
    assert driver.returncode == -9, pattern
    wait_until(lambda: not workers.executors())


class Drill:
    """What happens during a run: an executor is killed when the first marts are made, then a second
    writer comes, then a worker is killed."""

    def __init__(self, workers: Workers, raw: Path, out: Path) -> None:
        self._workers = workers
        self._second = run_of(raw, out)
        self.killed: list[str] = []
        self.turned_away = (0, False)

    def progress(self, stage: str, done: int, total: int) -> None:
        """Called by the run."""
        if stage == "marts" and done in (total // 4, total // 2):
            threading.Thread(target=self._kill).start()
        if stage == "marts" and done == total // 3:
            run = subprocess.run(
                self._second, capture_output=True, text=True, cwd=ROOT, check=False
            )
            self.turned_away = run.returncode, "another run" in run.stderr

    def _kill(self) -> None:
        wait_until(are_busy)
        workers = self._workers
        self.killed.append(workers.kill_worker() if self.killed else workers.kill_executor())


def test_where_all_disks_are_full_nothing_is_published(
    archive: Path, built: Builder, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(built(archive)[0], out)
    before = contents(out)
    with (
        small_disk(tmp_path / "disk") as disk,
        Workers(tmp_path / "cluster", 2, [disk, disk]) as workers,
    ):
        command = run_of(archive, out, "--engine", "spark", "--master", workers.address)
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    said = run.stderr.splitlines()[-1]
    assert "No space left on device" in said
    assert said.endswith("what was published before is untouched")
    assert contents(out) == before
