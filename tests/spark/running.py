"""Servers of Spark for the tests, and the rows of two builds compared."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import duckdb
import psutil
import pytest

from pipeline.core.catalog import Relation, relations

ROOT = Path(__file__).parent.parent.parent
SECONDS = 60

CHEAP = (
    '--driver-java-options "-XX:TieredStopAtLevel=1" '
    "--conf spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 "
    "--conf spark.executor.memory=600m --conf spark.executor.cores=1 "
    "--conf spark.scheduler.excludeOnFailure.unschedulableTaskSetTimeout=5s "
    "--conf spark.eventLog.enabled=true --conf spark.eventLog.rolling.enabled=false "
    "--conf spark.eventLog.compress=false --conf spark.eventLog.dir={events} "
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN "
    "pyspark-shell"
)
"""Java compiles little: these builds are small, and most of their time would be spent on it. Spark
says in `events` what it did."""


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody listens at a port."""
    for _ in range(SECONDS * 10):
        with closing(socket.socket()) as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(port)


@contextmanager
def sail_server(log: Path) -> Iterator[str]:
    """Sail as a process of its own; gives its address."""
    port = free_port()
    program = Path(sys.executable).with_name("sail")
    command = [program, "spark", "server", "--ip", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=output, stderr=output
        )
        try:
            wait_for(port)
            yield f"sc://127.0.0.1:{port}"
        finally:
            server.kill()
            server.wait()


def differences(one: Path, other: Path) -> dict[str, str]:
    """The relations in which two builds differ, and how: rows are compared in their order, numbers
    with a fraction to within 1e-9."""
    with duckdb.connect() as connection:
        found = {
            name: _difference(connection, each, one, other) for name, each in relations().items()
        }
    return {name: told for name, told in found.items() if told}


def _difference(connection: duckdb.DuckDBPyConnection, relation: Relation, *builds: Path) -> str:
    counts = []
    for side, build in zip(("one", "other"), builds, strict=True):
        place = build / relation.file
        files = [place] if place.is_file() else sorted(place.glob("*.parquet"))
        scan = f"read_parquet({[str(each) for each in files]}, hive_partitioning = false)"
        connection.execute(
            f"create or replace temp table {side} as"
            f" select row_number() over () as place, * from {scan}"
        )
        counts.append(connection.table(side).shape)
    if counts[0] != counts[1]:
        return f"{counts[0]} and {counts[1]} rows and columns"
    tests = [_test(column.name, column.type) for column in relation.columns]
    query = f"select {', '.join(tests)} from one inner join other using (place)"
    row = connection.execute(query).fetchone() or ()
    found = {
        column.name: count for column, count in zip(relation.columns, row, strict=True) if count
    }
    return f"rows that differ by column: {found}" if found else ""


def _test(name: str, kind: str) -> str:
    """How many values of a column differ."""
    differs = f'one."{name}" is distinct from other."{name}"'
    if kind == "DOUBLE":
        near = f'abs(one."{name}" - other."{name}") <= 1e-9 * greatest(1, abs(one."{name}"))'
        differs = f"{differs} and not coalesce({near}, false)"
    return f"count(*) filter ({differs})"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk that is full after some 50 small files, or a skip where none can be mounted."""
    folder.mkdir()
    options = ("-t", "tmpfs", "-o", "size=200k", "tmpfs")
    try:
        subprocess.run(["mount", *options, folder], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _is_executor(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any("CoarseGrainedExecutorBackend" in part for part in process.cmdline())
    return False


class Workers:
    """A master and some workers of Spark, each a process of its own; a context manager."""

    def __init__(self, folder: Path, count: int, disks: Sequence[Path] = ()) -> None:
        """The first workers have their scratch on `disks`."""
        folder.mkdir()
        self._folder = folder
        self._disks = [*disks, *(folder / f"disk-{number}" for number in range(count - len(disks)))]
        self._started: list[subprocess.Popen[bytes]] = []
        self.address = f"spark://127.0.0.1:{free_port()}"

    def __enter__(self) -> Workers:
        port = self.address.rpartition(":")[2]
        self._start("master", "master.Master", "--host", "127.0.0.1", "--port", port)
        wait_for(int(port))
        for number, disk in enumerate(self._disks):
            place, host = self._folder / f"worker-{number}", f"127.0.0.{number + 1}"
            more = ("--host", host, "--cores", "1", "--memory", "1g", "--work-dir", place)
            settings = {"SPARK_LOCAL_IP": host, "SPARK_LOCAL_DIRS": str(disk)}
            self._start(f"worker-{number}", "worker.Worker", *more, self.address, **settings)
        return self

    def _start(self, name: str, program: str, *arguments: str | Path, **more: str) -> None:
        import pyspark  # the fast tests have none

        spark = Path(pyspark.__file__).parent
        command = [spark / "bin" / "spark-class", f"org.apache.spark.deploy.{program}", *arguments]
        settings = {
            **{"SPARK_HOME": str(spark), "PYTHONPATH": str(ROOT), "SPARK_LOCAL_IP": "127.0.0.1"},
            **{"PYSPARK_PYTHON": sys.executable, "SPARK_DAEMON_MEMORY": "256m"},
            **more,
        }
        with (self._folder / f"{name}.log").open("wb") as output:
            self._started.append(
                subprocess.Popen(
                    command, env={**os.environ, **settings}, stdout=output, stderr=output
                )
            )

    def executors(self) -> list[psutil.Process]:
        """The executors, in the order of their workers."""
        below = [psutil.Process(each.pid).children(recursive=True) for each in self._started]
        return [each for found in below for each in found if _is_executor(each)]

    def kill_executor(self) -> str:
        """Kill an executor of the last worker; the worker starts another."""
        self.executors()[-1].kill()
        return "executor"

    def kill_worker(self) -> str:
        """Kill the last worker, with its executor."""
        self._kill(self._started.pop())
        return "worker"

    @staticmethod
    def _kill(process: subprocess.Popen[bytes]) -> None:
        below = psutil.Process(process.pid).children(recursive=True)
        for each in (process, *below):
            with suppress(ProcessLookupError, psutil.NoSuchProcess):
                each.kill()
        process.wait()

    def __exit__(self, *_error: object) -> None:
        for process in reversed(self._started):
            self._kill(process)
