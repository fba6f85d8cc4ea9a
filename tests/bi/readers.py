"""Foreign engines that load Parquet files: what each calls the types, and its rows as Arrow.

A reader is a function of many files that gives one table after the other; it is skipped where its
engine is not for this machine. `TYPES` are the names that a column of ours may have there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from pipeline.core.arrow_schema import column_array, schema_of
from pipeline.core.catalog import Relation

NODE = Path(__file__).parent / "node"
DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table as a reader has it: the names of its types by column, and the rows."""

    types: dict[str, str]
    table: pa.Table


Reader = Callable[[Sequence[Relation], Path], Iterator[Loaded]]
"""Loads relations from a build, one after the other."""


def by_hyper(relations: Sequence[Relation], out: Path) -> Iterator[Loaded]:
    """Tableau's engine: each file becomes a table of an extract."""
    hyper = pytest.importorskip("tableauhyperapi", reason="Tableau has none for this machine")
    telemetry = hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU
    with (
        hyper.HyperProcess(telemetry, parameters={"log_config": ""}) as process,
        hyper.Connection(process.endpoint) as connection,
    ):
        for each in relations:
            file = hyper.escape_string_literal(str(out / each.file))
            source = f"(select * from external({file}, format => 'parquet'))"
            connection.execute_command(f"create temporary table {each.name} as {source}")
            with connection.execute_query(f"select * from {each.name}") as result:
                types = {
                    column.name.unescaped: str(column.type) for column in result.schema.columns
                }
                rows = [[_of_hyper(value) for value in row] for row in result]
            yield Loaded(types, _table(list(types), each, zip(*rows, strict=True)))


def _of_hyper(value: Any) -> Any:
    if hasattr(value, "to_datetime"):
        return value.to_datetime()
    return value.to_date() if hasattr(value, "to_date") else value


def by_chdb(relations: Sequence[Relation], out: Path) -> Iterator[Loaded]:
    """ClickHouse, in this process."""
    from chdb.session import Session

    with Session() as session:
        for each in relations:
            source = f"file('{out / each.file}', Parquet)"
            described = json.loads(session.query(f"describe {source}", "JSON").bytes())["data"]
            types = {column["name"]: column["type"] for column in described}
            yield Loaded(types, session.query(f"select * from {source}", "ArrowTable"))


def by_datafusion(relations: Sequence[Relation], out: Path) -> Iterator[Loaded]:
    import datafusion

    context = datafusion.SessionContext()
    for each in relations:
        frame = context.read_parquet(str(out / each.file))
        types = {field.name: str(field.type) for field in frame.schema()}
        yield Loaded(types, frame.to_arrow_table())


def by_polars(relations: Sequence[Relation], out: Path) -> Iterator[Loaded]:
    import polars

    for each in relations:
        frame = polars.read_parquet(out / each.file)
        types = {name: str(kind) for name, kind in frame.schema.items()}
        yield Loaded(types, frame.to_arrow())


def by_pandas(relations: Sequence[Relation], out: Path) -> Iterator[Loaded]:
    for each in relations:
        yield _of_pandas(pd.read_parquet(out / each.file))


def by_pandas_on_arrow(relations: Sequence[Relation], out: Path) -> Iterator[Loaded]:
    for each in relations:
        yield _of_pandas(pd.read_parquet(out / each.file, dtype_backend="pyarrow"))


def _of_pandas(frame: pd.DataFrame) -> Loaded:
    types = {str(name): str(kind) for name, kind in frame.dtypes.items()}
    return Loaded(types, pa.Table.from_pandas(frame, preserve_index=False))


def by_spark(relations: Sequence[Relation], out: Path) -> Iterator[Loaded]:
    from pyspark.sql import SparkSession

    os.environ["JAVA_HOME"] = java_home()
    settings = {"ui.enabled": "false", "sql.session.timeZone": "UTC", "driver.memory": "2g"}
    builder = SparkSession.builder.master("local[1]")
    for name, value in settings.items():
        builder = builder.config(f"spark.{name}", value)
    session = builder.getOrCreate()
    for each in relations:
        frame = session.read.parquet(str(out / each.file))
        yield Loaded(dict(frame.dtypes), frame.toArrow())
    session.stop()


def java_home() -> str:
    """The folder of a Java 17, which Spark runs on, else a skip."""
    places = [*Path("/usr/lib/jvm").glob("java-17-openjdk*"), os.environ.get("JAVA_HOME", "")]
    for place in filter(None, map(str, places)):
        if Path(place, "bin", "java").exists():
            return place
    pytest.skip("there is no Java 17")


def by_hyparquet(relations: Sequence[Relation], out: Path) -> Iterator[Loaded]:
    """A reader in JavaScript alone, as in a browser."""
    return _in_node("hyparquet", relations, out)


def by_duckdb_in_node(relations: Sequence[Relation], out: Path) -> Iterator[Loaded]:
    """DuckDB 1.x."""
    return _in_node("duckdb", relations, out)


def _in_node(reader: str, relations: Sequence[Relation], out: Path) -> Iterator[Loaded]:
    home = os.environ.get("NEWSLOOM_NODE", "")
    if not Path(home, "node_modules").exists():
        pytest.skip("NEWSLOOM_NODE names no readers in Node; `make test-readers` does, given npm")
    shutil.copy(NODE / "read.mjs", home)
    paths = [str(out / each.file) for each in relations]
    command = ["node", f"{home}/read.mjs", reader, *paths]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        for each, line in zip(relations, process.stdout or (), strict=True):
            found = json.loads(line)
            types = dict(zip(found["names"], found["types"], strict=True))
            yield Loaded(types, _table(found["names"], each, found["columns"]))
    assert process.returncode == 0


def _table(names: Sequence[str], relation: Relation, columns: Iterator[Sequence[Any]]) -> pa.Table:
    """Python values in columns as Arrow; seconds, as from JavaScript, become a date or time."""
    wanted = schema_of(relation)
    arrays = {}
    given = dict(zip(names, columns, strict=False))
    for name in names:
        kind = wanted.field(name).type
        values = given.get(name, ())
        if pa.types.is_date(kind) and any(isinstance(value, int | float) for value in values):
            values = [None if value is None else int(value // DAY) for value in values]
        is_number = any(isinstance(value, int | float) for value in values)
        arrays[name] = column_array(values, kind) if is_number else pa.array(values, kind)
    return pa.table(arrays)


READERS: dict[str, Reader] = {
    "Tableau Hyper": by_hyper,
    "chdb": by_chdb,
    "DataFusion": by_datafusion,
    "Polars": by_polars,
    "pandas": by_pandas,
    "pandas on Arrow": by_pandas_on_arrow,
    "Spark": by_spark,
    "hyparquet": by_hyparquet,
    "DuckDB 1.x in Node": by_duckdb_in_node,
}

TYPES: dict[str, dict[str, set[str]]] = {
    "Tableau Hyper": {
        "VARCHAR": {"TEXT"},
        "BOOLEAN": {"BOOL"},
        "INTEGER": {"INT"},
        "BIGINT": {"BIG_INT"},
        "DOUBLE": {"DOUBLE"},
        "DATE": {"DATE"},
        "TIMESTAMP": {"TIMESTAMP"},
    },
    "chdb": {
        "VARCHAR": {"String", "Nullable(String)"},
        "BOOLEAN": {"Bool", "Nullable(Bool)"},
        "INTEGER": {"Int32", "Nullable(Int32)"},
        "BIGINT": {"Int64", "Nullable(Int64)"},
        "DOUBLE": {"Float64", "Nullable(Float64)"},
        "DATE": {"Date32", "Nullable(Date32)"},
        "TIMESTAMP": {"DateTime64(6, 'UTC')", "Nullable(DateTime64(6, 'UTC'))"},
    },
    "DataFusion": {
        "VARCHAR": {"string_view"},
        "BOOLEAN": {"bool"},
        "INTEGER": {"int32"},
        "BIGINT": {"int64"},
        "DOUBLE": {"double"},
        "DATE": {"date32[day]"},
        "TIMESTAMP": {"timestamp[us]"},
    },
    "Polars": {
        "VARCHAR": {"String"},
        "BOOLEAN": {"Boolean"},
        "INTEGER": {"Int32"},
        "BIGINT": {"Int64"},
        "DOUBLE": {"Float64"},
        "DATE": {"Date"},
        "TIMESTAMP": {"Datetime(time_unit='us', time_zone=None)"},
    },
    "pandas": {
        "VARCHAR": {"str"},
        "BOOLEAN": {"bool", "object"},
        "INTEGER": {"int32", "float64"},
        "BIGINT": {"int64", "float64"},
        "DOUBLE": {"float64"},
        "DATE": {"object"},
        "TIMESTAMP": {"datetime64[us]"},
    },
    "pandas on Arrow": {
        "VARCHAR": {"string[pyarrow]"},
        "BOOLEAN": {"bool[pyarrow]"},
        "INTEGER": {"int32[pyarrow]"},
        "BIGINT": {"int64[pyarrow]"},
        "DOUBLE": {"double[pyarrow]"},
        "DATE": {"date32[day][pyarrow]"},
        "TIMESTAMP": {"timestamp[us][pyarrow]"},
    },
    "Spark": {
        "VARCHAR": {"string"},
        "BOOLEAN": {"boolean"},
        "INTEGER": {"int"},
        "BIGINT": {"bigint"},
        "DOUBLE": {"double"},
        "DATE": {"date"},
        "TIMESTAMP": {"timestamp_ntz"},
    },
    "hyparquet": {  # of values; "" where there are none
        "VARCHAR": {"string", ""},
        "BOOLEAN": {"boolean", ""},
        "INTEGER": {"number", ""},
        "BIGINT": {"bigint", ""},
        "DOUBLE": {"number", ""},
        "DATE": {"Date", ""},
        "TIMESTAMP": {"Date", ""},
    },
    "DuckDB 1.x in Node": {
        "VARCHAR": {"VARCHAR"},
        "BOOLEAN": {"BOOLEAN"},
        "INTEGER": {"INTEGER"},
        "BIGINT": {"BIGINT"},
        "DOUBLE": {"DOUBLE"},
        "DATE": {"DATE"},
        "TIMESTAMP": {"TIMESTAMP"},
    },
}
"""By reader and type of the contract, what a column may be called."""
