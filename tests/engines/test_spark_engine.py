"""How the engine on Spark cuts relations into parts; what it makes of them is in `tests/spark`."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.engines.spark_engine import bytes_in_memory


def test_rows_are_told_by_the_memory_they_take(tmp_path: Path) -> None:
    """Text that repeats itself takes little of a file."""
    rows = pa.table({"text": ["the same " * 50] * 20_000})
    files = [tmp_path / f"{number}.parquet" for number in range(3)]
    for file in files:
        pq.write_table(rows, file)
    assert sum(file.stat().st_size for file in files) < rows.nbytes / 100
    assert abs(bytes_in_memory(files) - 3 * rows.nbytes) < rows.nbytes / 100


def test_no_rows_take_no_memory(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "none.parquet")
    assert bytes_in_memory([tmp_path / "none.parquet"]) == 0
