"""Every published Parquet file holds only what all BI tools read, and all readers agree on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core.arrow_schema import schema_of
from pipeline.core.catalog import Column, Relation, relations
from tests.bi_types import violations
from tests.build_fixtures import DATA_RAW, Builder

RELATIONS = list(relations().values())
EVERY_RELATION = pytest.mark.parametrize("relation", RELATIONS, ids=lambda each: each.name)


@EVERY_RELATION
def test_published_files_are_bi_safe(built: Builder, relation: Relation) -> None:
    path = built(DATA_RAW)[0] / relation.kind / f"{relation.name}.parquet"
    assert violations(path, relation) == []


@pytest.mark.slow
@EVERY_RELATION
def test_files_of_an_empty_archive_are_bi_safe(
    built: Builder, empty_archive: Path, relation: Relation
) -> None:
    path = built(empty_archive)[0] / relation.kind / f"{relation.name}.parquet"
    assert violations(path, relation) == []
    if relation.name != "data_completeness":
        assert pq.read_metadata(path).num_rows == 0


def test_there_are_no_other_files(built: Builder) -> None:
    out, _ = built(DATA_RAW)
    found = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    named = {f"{each.kind}/{each.name}.parquet" for each in RELATIONS}
    assert found == named | {
        *("analytics.duckdb", "report.html", "dictionary.html"),
        *("datapackage.json", "croissant.json", "manifest.json"),
    }


SOUND = Relation(
    name="sound",
    kind="tables",
    description="One row of each type.",
    grain="one number",
    key=("number",),
    columns=(
        Column("number", "BIGINT", "A number.", "made up"),
        Column("name", "VARCHAR", "A name.", "made up", nullable=True),
        Column("size", "INTEGER", "A size.", "made up", unit="pixels", nullable=True),
        Column("share", "DOUBLE", "A share.", "made up", nullable=True),
        Column("at", "TIMESTAMP", "A moment.", "made up", nullable=True),
    ),
)
ROWS = pa.table(
    {
        "number": pa.array([1, 2**53 - 1]),
        "name": pa.array(["a", None]),
        "size": pa.array([3, None], pa.int32()),
        "share": pa.array([0.5, None]),
        "at": pa.array([datetime(1969, 12, 31, 23, 59, 59), None], pa.timestamp("us")),
    }
)


def sound_table() -> pa.Table:
    return ROWS.cast(schema_of(SOUND))


def test_a_sound_file_has_no_violations(tmp_path: Path) -> None:
    write(sound_table(), tmp_path / "sound.parquet")
    assert violations(tmp_path / "sound.parquet", SOUND) == []


def write(table: pa.Table, path: Path) -> None:
    """Write a table as an engine would, whatever is in it."""
    with pq.ParquetWriter(path, table.schema, compression="zstd", version="2.6") as writer:
        writer.write_table(table)


def with_column(name: str, values: list[Any], data_type: pa.DataType) -> pa.Table:
    table = sound_table()
    place = table.column_names.index(name)
    field = table.schema.field(place).with_type(data_type)
    return table.set_column(place, field, pa.array(values, data_type))


MOMENT = datetime(2024, 1, 1, 0, 0, 0, 250_000)
DOCTORED: dict[str, Callable[[], pa.Table]] = {
    "decimal": lambda: with_column("share", [Decimal("0.5"), None], pa.decimal128(38, 0 + 1)),
    "float": lambda: with_column("share", [0.5, None], pa.float32()),
    "not a number": lambda: with_column("share", [float("nan"), None], pa.float64()),
    "infinite": lambda: with_column("share", [float("inf"), None], pa.float64()),
    "unsigned": lambda: with_column("number", [1, 2], pa.uint64()),
    "small integer": lambda: with_column("size", [1, 2], pa.int16()),
    "beyond 2^53": lambda: with_column("number", [1, 2**53], pa.int64()),
    "untyped null": lambda: with_column("name", [None, None], pa.null()),
    "binary": lambda: with_column("name", [b"a", None], pa.binary()),
    "nested": lambda: with_column("name", [["a"], None], pa.list_(pa.string())),
    "with zone": lambda: with_column("at", [None, None], pa.timestamp("us", tz="UTC")),
    "nanoseconds": lambda: with_column("at", [None, None], pa.timestamp("ns")),
    "milliseconds": lambda: with_column("at", [None, None], pa.timestamp("ms")),
    "half seconds": lambda: with_column("at", [MOMENT, None], pa.timestamp("us")),
    "no meaning": lambda: sound_table().cast(pa.schema([f.remove_metadata() for f in SCHEMA])),
    "no grain": lambda: sound_table().replace_schema_metadata({"description": "x"}),
    "other order": lambda: sound_table().select(["name", "number", "size", "share", "at"]),
    "column missing": lambda: sound_table().drop_columns(["size"]),
}
SCHEMA = schema_of(SOUND)


@pytest.mark.parametrize("name", DOCTORED)
def test_a_doctored_file_is_found_out(tmp_path: Path, name: str) -> None:
    write(DOCTORED[name](), tmp_path / "doctored.parquet")
    assert violations(tmp_path / "doctored.parquet", SOUND)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"compression": "snappy", "data_page_version": "1.0"}, "compression SNAPPY"),
        ({"compression": "zstd", "data_page_version": "2.0"}, "page kinds"),
    ],
)
def test_another_way_of_writing_is_found_out(
    tmp_path: Path, options: dict[str, str], told: str
) -> None:
    pq.write_table(sound_table(), tmp_path / "doctored.parquet", **options)
    found = violations(tmp_path / "doctored.parquet", SOUND)
    assert found
    assert all(told in each for each in found)


def plain(table: pa.Table) -> list[dict[str, Any]]:
    return list(table.to_pylist())


def read_by_duckdb(path: Path) -> pa.Table:
    with duckdb.connect() as connection:
        return connection.sql(f"select * from read_parquet('{path}')").to_arrow_table()


def read_by_pandas(path: Path) -> pa.Table:
    return pa.Table.from_pandas(
        pd.read_parquet(path, dtype_backend="pyarrow"), preserve_index=False
    )


def read_by_polars(path: Path) -> pa.Table:
    return pytest.importorskip("polars").read_parquet(path).to_arrow()


def read_by_fastparquet(path: Path) -> pa.Table:
    """Its own decoder; gives pandas' classic types, where a missing number is NaN."""
    frame = pytest.importorskip("fastparquet").ParquetFile(str(path)).to_pandas()
    frame = frame.astype(dict.fromkeys(frame.columns, object)).where(frame.notna(), None)
    wanted = pq.read_schema(path)
    return pa.table({f.name: pa.array(list(frame[f.name]), from_pandas=True) for f in wanted})


READERS = (read_by_duckdb, read_by_pandas, read_by_polars, read_by_fastparquet)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_readers_agree(built: Builder, reader: Callable[[Path], pa.Table]) -> None:
    out, _ = built(DATA_RAW)
    for relation in RELATIONS:
        path = out / relation.kind / f"{relation.name}.parquet"
        expected = pq.read_table(path)
        found = reader(path)
        assert found.column_names == expected.column_names
        assert plain(found.cast(expected.schema)) == plain(expected), relation.name
