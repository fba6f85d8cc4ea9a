"""A session of Spark: on this machine, on a cluster, or behind Spark Connect.

Only what Spark Connect knows is used: no RDD, and nothing of the JVM.
"""

from __future__ import annotations

import os
import pickle
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
_LEAST_PARTITIONS = 8
_WAVE = 256
"""Inputs that are handed out at a time, so that the driver never holds those of all."""

_REMOTE = "sc://"

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
}


class SparkCluster:
    """Where a run works: the session, and functions called on its executors."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session

    def map(self, function: Callable[[T], R], inputs: Iterable[T]) -> Iterator[R]:
        """Call a function on each input; results come in their order. Both are pickled."""
        waiting = iter(inputs)
        while wave := list(islice(waiting, _WAVE)):
            rows = pa.table({"number": range(len(wave)), "data": map(pickle.dumps, wave)})
            frame = self.session.createDataFrame(rows).repartitionByRange(len(wave), "number")
            found = frame.mapInArrow(calling(function), "number bigint, data binary").toArrow()
            for data in found.sort_by("number")["data"].to_pylist():
                yield pickle.loads(data)  # noqa: S301 - our own


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
        said = str(error).partition("\n")[0]
        raise NewsloomError(
            f"Spark could not make the build: {said}; what was published before is untouched"
        ) from error


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

    partitions = max(_LEAST_PARTITIONS, archive_bytes // _PARTITION_BYTES)
    settings = {**_SETTINGS, "spark.sql.shuffle.partitions": str(partitions)}
    if address.startswith(_REMOTE):
        session = SparkSession.builder.remote(address).create()
        for name, value in settings.items():
            session.conf.set(name, value)
        return session
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(address)
    for name, value in (_LOCAL_SETTINGS | settings).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
