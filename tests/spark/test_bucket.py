"""Spark on buckets: an archive read from one, and a build put into one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.build.run import build
from pipeline.engines import spark_engine
from pipeline.publish.stored_build import StoredBuild
from pipeline.read.verify import verify
from tests.archives import contents_of
from tests.cloud.conftest import bucket, environment, running, server
from tests.hostile import record
from tests.spark.running import differences, sail_server

pytest.importorskip("pyspark", reason="`make test-spark` has it")

__all__ = ["bucket", "environment", "running", "server"]

RAW, OUT = "s3://news/raw", "s3://news/out"


def test_every_row_is_equal_from_bucket_to_bucket(
    bucket: Any, archives: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In parts; of a first run, and of a second after one object has come."""
    monkeypatch.setattr(spark_engine, "PART_BYTES", 500_000)
    for name, data in contents_of(archives / "generated").items():
        bucket.put_object(Key=f"raw/{name}", Body=data)
    with sail_server(tmp_path / "log") as sail:
        for parsed in ("everything", "1 of "):
            wanted, copy = (tmp_path / parsed / side for side in ("wanted", "copy"))
            made = build(RAW, OUT, spark=sail)
            assert any(reason.startswith(parsed) for reason in made.reasons)
            assert not verify(OUT).faults
            build(RAW, wanted)
            StoredBuild(OUT).copy(copy)
            assert (copy / "tables" / "related_items.parquet").is_dir()
            assert differences(wanted, copy) == {}
            bucket.put_object(Key="raw/new.md", Body=record())
