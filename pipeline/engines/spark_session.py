"""A session of Spark: on this machine, on a cluster, or behind Spark Connect.

Only what Spark Connect knows is used: no RDD, and nothing of the JVM.
"""

from __future__ import annotations

import os
import pickle
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from pipeline.core.errors import NewsloomError, UsageError
from pipeline.engines.spark_tasks import calling

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

T = TypeVar("T")
R = TypeVar("R")

_PARTITION_BYTES = 32 * 1024 * 1024
_LEAST_PARTITIONS, _MOST_PARTITIONS = 8, 4_096  # each of n sends something to each of n
_WAVE, _WAVE_BYTES = 256, 64 * 1024 * 1024
"""Inputs that are handed out at a time, or as many as have so many bytes: the driver never holds
those of all, which are whole files where a stream was read."""

_REMOTE = "sc://"

_REASONS = (
    r"Traceback \(most recent call last\):\n(?:[ \t].*\n)*(\S.*)",
    r"[Mm]ost recent failure:\s*(\S.*)",
    r"^: (.*)",
)

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": str(_PARTITION_BYTES // 2),
}
_LOCAL_SETTINGS = {
    "spark.app.name": "newsloom",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.excludeOnFailure.enabled": "true",  # of an executor whose disk is full, say
}


class SparkCluster:
    """Where a run works: the session, and functions called on its executors."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session

    def map(self, function: Callable[[T], R], inputs: Iterable[T]) -> Iterator[R]:
        """Call a function on each input; results come in their order. Both are pickled. Errors:
        those of the function that are newsloom's; others fail the task, which is run again."""
        waiting = iter(inputs)
        while wave := list(_pickled(waiting)):
            rows = pa.table({"number": range(len(wave)), "data": wave})
            frame = self.session.createDataFrame(rows).repartitionByRange(len(wave), "number")
            found = frame.mapInArrow(calling(function), "number bigint, data binary").toArrow()
            for data in found.sort_by("number")["data"].to_pylist():
                result = pickle.loads(data)  # noqa: S301 - our own
                if isinstance(result, NewsloomError):
                    raise result
                yield result


def _pickled(inputs: Iterator[object]) -> Iterator[bytes]:
    """The inputs of one wave."""
    held = 0
    for each in islice(inputs, _WAVE):
        data = pickle.dumps(each)
        yield data
        held += len(data)
        if held >= _WAVE_BYTES:
            return


@contextmanager
def spark_cluster(address: str, archive_bytes: int) -> Iterator[SparkCluster]:
    """Work at a `--master` such as `local[2]` or `spark://host:7077`, or at `sc://host:15002`, for
    an archive of so many bytes.

    Errors: `UsageError` where PySpark is not installed; `NewsloomError` with Spark's message.
    """
    try:
        errors = _errors()
    except ImportError:
        raise UsageError(
            "Spark is not installed; install newsloom with it: pip install 'newsloom[spark]'"
        ) from None
    try:
        session = _session(address, archive_bytes)
        try:
            yield SparkCluster(session)
        finally:
            session.stop()
    except errors as error:
        raise NewsloomError(
            f"Spark could not make the build: {reason_of(str(error))}; "
            "what was published before is untouched"
        ) from error


def reason_of(said: str) -> str:
    """The line that tells most among those of an error of Spark: how the traceback of a task ends,
    else how the last task failed, else what the JVM calls the error, else the first line."""
    for pattern in _REASONS:
        if found := re.search(pattern, said, re.MULTILINE):
            return found[1].strip()
    return said.strip().partition("\n")[0]


def _errors() -> tuple[type[Exception], ...]:
    """The errors of Spark, and those of the way to its JVM where there is one."""
    from pyspark.errors import PySparkException

    with suppress(ImportError):
        from py4j.protocol import Py4JError

        return PySparkException, Py4JError
    return (PySparkException,)


def _session(address: str, archive_bytes: int) -> SparkSession:
    """A new session in UTC. Whole numbers that overflow and casts that fail are errors."""
    from pyspark.sql import SparkSession

    partitions = min(archive_bytes // _PARTITION_BYTES, _MOST_PARTITIONS)
    settings = {
        **_SETTINGS,
        "spark.sql.shuffle.partitions": str(max(partitions, _LEAST_PARTITIONS)),
    }
    if address.startswith(_REMOTE):
        session = SparkSession.builder.remote(address).create()
        for name, value in settings.items():
            session.conf.set(name, value)
        return session
    os.environ.pop("SPARK_CONNECT_MODE_ENABLED", None)  # which a session behind it has left there
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(address)
    for name, value in (_LOCAL_SETTINGS | settings).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
