"""The options with which a Parquet file is written, proved on a file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core.fingerprint import SEAL, UNSEALED
from pipeline.engines.parquet_file import GROUP_ROWS, copy_options

SCHEMA = pa.schema(
    [pa.field("x", pa.int64(), metadata={"meaning": "It's a number; {no} macro"})],
    metadata={"grain": "one 'x', of many"},
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> pq.ParquetFile:
    path: Path = tmp_path_factory.mktemp("parquet") / "a.parquet"
    query = f"SELECT range AS x FROM range({GROUP_ROWS + 1})"
    duckdb.sql(f"COPY ({query}) TO '{path}' ({copy_options(SCHEMA)})")
    return pq.ParquetFile(path)


def test_compression_and_row_groups(written: pq.ParquetFile) -> None:
    groups = [written.metadata.row_group(place) for place in range(written.num_row_groups)]
    assert [group.num_rows for group in groups] == [GROUP_ROWS, 1]
    assert {group.column(0).compression for group in groups} == {"ZSTD"}
    assert written.metadata.format_version == "1.0"


def test_what_columns_mean_comes_back_with_the_schema(written: pq.ParquetFile) -> None:
    assert written.schema_arrow.field("x").metadata == SCHEMA.field("x").metadata
    assert written.schema_arrow.metadata[b"grain"] == b"one 'x', of many"
    assert written.metadata.metadata[SEAL] == UNSEALED
