"""What executors do, called here without Spark."""

from __future__ import annotations

import pickle
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core.arrow_schema import schema_of
from pipeline.core.catalog import relations
from pipeline.core.errors import SourceFailed
from pipeline.engines import spark_session, spark_tasks
from pipeline.engines.spark_tasks import PART, calling, writing


def called(number: int) -> int:
    """Fails for some numbers, as newsloom or as a disk does."""
    if number == 2:
        raise SourceFailed("gone")
    if number == 3:
        raise OSError("full")
    return number


def results(*numbers: int) -> list[object]:
    """What comes of a task."""
    data = [pickle.dumps(each) for each in numbers]
    batch = pa.record_batch({"number": list(range(len(data))), "data": data})
    found = [each for made in calling(called)([batch]) for each in made["data"].to_pylist()]
    return [pickle.loads(each) for each in found]


def test_an_error_that_would_come_again_is_a_result() -> None:
    first, failed = results(1, 2)
    assert first == 1
    assert isinstance(failed, SourceFailed)
    assert str(failed) == "gone"


def test_any_other_error_fails_the_task() -> None:
    with pytest.raises(OSError, match="full"):
        results(1, 3)


def test_a_wave_ends_with_its_number_or_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_session, "_WAVE", 3)
    monkeypatch.setattr(spark_session, "_WAVE_BYTES", 1_000)
    waiting = iter([b"x" * size for size in (10, 10, 10, 10, 2_000, 10)])
    waves = []
    while wave := list(spark_session._pickled(waiting)):
        waves.append([len(pickle.loads(each)) for each in wave])
    assert waves == [[10, 10, 10], [10, 2_000], [10]]


def test_each_part_is_written_in_the_order_of_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_tasks, "GROUP_ROWS", 7)
    relation = relations()["topics"]
    schema = schema_of(relation)
    names = [f"topic {number:02}" for number in range(40)]
    random.Random(1).shuffle(names)
    batches = []
    for start in range(0, 40, 10):
        some = names[start : start + 10]
        values = {each.name: pa.nulls(10, each.type) for each in schema}
        values[relation.key[0]] = pa.array(some)
        batches.append(
            pa.record_batch({**values, PART: pa.array([int(each > "topic 19") for each in some])})
        )
    monkeypatch.setattr(
        spark_tasks, "schema_of", lambda _: pa.schema([each.with_nullable(True) for each in schema])
    )
    told = [row for batch in writing(relation, tmp_path)(batches) for row in batch.to_pylist()]
    assert sorted((row["part"], row["rows"]) for row in told) == [(0, 20), (1, 20)]
    for row in told:
        file = pq.ParquetFile(tmp_path / row["name"])
        assert file.metadata.num_row_groups == 3
        found = file.read()[relation.key[0]].to_pylist()
        assert found == sorted(each for each in names if int(each > "topic 19") == row["part"])
