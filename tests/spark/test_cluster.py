"""A build on a cluster of two workers, in which an executor and a worker are killed meanwhile."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.build.run import build
from pipeline.read.verify import verify
from pipeline.sample import write_sample
from tests.build_fixtures import Builder
from tests.spark.running import Workers, differences

CHEAP = (
    '--driver-java-options "-XX:TieredStopAtLevel=1" '
    "--conf spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 "
    "--conf spark.executor.memory=700m --conf spark.executor.cores=1 "
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN "
    "pyspark-shell"
)
"""Java compiles little: these builds are small, and most of their time would be spent on it."""


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        pytest.skip("Spark needs Java")
    with Workers(tmp_path_factory.mktemp("cluster"), 2) as found:
        yield found


def test_a_killed_executor_and_worker_cost_no_row(
    workers: Workers, built: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sample(tmp_path / "raw", 300, seed=6)
    wanted, _ = built(tmp_path / "raw")
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", CHEAP)
    killed: list[str] = []

    def progress(stage: str, done: int, total: int) -> None:
        """Kill an executor when the first marts are made, and a worker later."""
        if stage == "marts" and done in (total // 3, total // 2):
            threading.Timer(1.0, kill).start()

    def kill() -> None:
        killed.append(workers.kill_worker() if killed else workers.kill_executor())

    build(tmp_path / "raw", tmp_path / "out", spark=workers.address, progress=progress)
    assert killed == ["executor", "worker"]
    assert differences(wanted, tmp_path / "out") == {}
    assert not verify(tmp_path / "out").faults
