"""Every table and mart is the same to every engine: rows, types, values (`make test-readers`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core.arrow_schema import schema_of
from pipeline.core.catalog import Column, Relation, relations
from tests.bi.readers import READERS, TYPES, Loaded
from tests.build_fixtures import DATA_RAW, Builder, real_archive

pytest.importorskip("datafusion", reason="`make test-readers` has it")


def differences(
    relation: Relation, wanted: pa.Table, loaded: Loaded, types: Mapping[str, set[str]]
) -> Iterator[str]:
    """What of a table is not there as it is in its file."""
    found = loaded.table
    if list(loaded.types) != list(relation.column_names) or found.num_rows != wanted.num_rows:
        yield f"{relation.name}: {found.num_rows} rows of {list(loaded.types)}"
        return
    for column in relation.columns:
        name, kind = column.name, loaded.types[column.name]
        if kind not in types[column.type]:
            yield f"{relation.name}.{name}: {column.type} is {kind}"
        elif fault := _first(found[name], wanted[name]):
            yield f"{relation.name}.{name}: {fault}"


def _first(found: pa.ChunkedArray, wanted: pa.ChunkedArray) -> str | None:
    """The first value that is another than wanted."""
    if found.cast(wanted.type).equals(wanted):
        return None
    pairs = zip(found.cast(wanted.type).to_pylist(), wanted.to_pylist(), strict=True)
    return next(f"row {row}: {a!r}, not {b!r}" for row, (a, b) in enumerate(pairs) if a != b)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("archive", ["data/raw", "azure"])
def test_a_reader_loads_every_table_as_it_is(
    built: Builder, archive: str, reader: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = built(DATA_RAW if archive == "data/raw" else real_archive(archive))
    every = list(relations().values())
    found, rows = [], 0
    for relation, loaded in zip(every, READERS[reader](every, out), strict=True):
        wanted = pq.read_table(out / relation.file)
        found += differences(relation, wanted, loaded, TYPES[reader])
        rows += wanted.num_rows
    assert found == []
    with capsys.disabled():
        print(f" {reader}, {archive}: {len(every)} tables, {rows:,} rows, all equal")


KITES = Relation(
    name="kites",
    kind="tables",
    description="Kites.",
    grain="one kite",
    key=("number",),
    columns=(
        Column("number", "BIGINT", "A number.", "made up"),
        Column("name", "VARCHAR", "A name.", "made up", nullable=True),
    ),
)
NAMES = {"BIGINT": {"int64"}, "VARCHAR": {"string"}}
SOUND = pa.table({"number": [1, 2], "name": ["red", None]}).cast(schema_of(KITES))


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"number": [1, 2], "name": ["red", None]}, []),
        ({"number": [1], "name": ["red"]}, ["kites: 1 rows of ['number', 'name']"]),
        ({"number": [1, 2]}, ["kites: 2 rows of ['number']"]),
        ({"number": [1, 3], "name": ["red", None]}, ["kites.number: row 1: 3, not 2"]),
        ({"number": [1, 2], "name": ["red", ""]}, ["kites.name: row 1: '', not None"]),
        ({"number": [1.0, 2.0], "name": ["red", None]}, ["kites.number: BIGINT is double"]),
    ],
)
def test_what_differs_is_found(columns: dict[str, list[object]], told: list[str]) -> None:
    table = pa.table(columns)
    loaded = Loaded({field.name: str(field.type) for field in table.schema}, table)
    assert list(differences(KITES, SOUND, loaded, NAMES)) == told
