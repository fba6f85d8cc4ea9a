"""What Spark says of an error, without Spark."""

from __future__ import annotations

import pytest

from pipeline.engines.spark_session import reason_of

PYTHON = """
  An exception was thrown from the Python worker. Please see the stack trace below.
Traceback (most recent call last):
  File "tasks.py", line 7, in write
    file.write(data)
OSError: [Errno 28] No space left on device

JVM stacktrace:
    at org.apache.spark"""
TASK = """An error occurred while calling o510.parquet.
: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 2.0 failed \
4 times. Most recent failure:\nLost task 0.3 in stage 2.0 (TID 9) (127.0.0.2 executor 1): \
java.io.IOException: No space left on device
    at java.base/java.io"""
JVM = """An error occurred while calling o51.sql.
: java.lang.OutOfMemoryError: Java heap space
    at org.apache.spark"""


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (PYTHON, "OSError: [Errno 28] No space left on device"),
        (
            TASK,
            "Lost task 0.3 in stage 2.0 (TID 9) (127.0.0.2 executor 1): "
            "java.io.IOException: No space left on device",
        ),
        (JVM, "java.lang.OutOfMemoryError: Java heap space"),
        ("[TABLE_NOT_FOUND] no table t\nline 2", "[TABLE_NOT_FOUND] no table t"),
        ("", ""),
    ],
)
def test_an_error_is_told_in_one_line(said: str, reason: str) -> None:
    assert reason_of(said) == reason
