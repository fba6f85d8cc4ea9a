"""What the executors of Spark do besides SQL: call a function, and write a part of a relation.

They import neither pandas nor DuckDB, and reach the folders of the run by their paths. A task may
be run twice, or killed and run again: each writes files of names of its own, and only those named
in the result that Spark takes are used.
"""

from __future__ import annotations

import pickle
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.core.arrow_schema import schema_of
from pipeline.core.catalog import Relation
from pipeline.core.fingerprint import SEAL, UNSEALED, seal

PART = "_part"
"""The column that says to which part a row belongs."""

GROUP_ROWS = 122_880
"""Most rows of a row group."""

Task = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def calling(function: Callable[[Any], Any]) -> Task:
    """A task that calls `function` on inputs; both these and the results are pickled."""

    def call(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number, data in zip(*map(pa.Array.to_pylist, batch.columns), strict=True):
                result = pickle.dumps(function(pickle.loads(data)))  # noqa: S301 - our own
                yield pa.record_batch({"number": [number], "data": [result]})

    return call


def writing(relation: Relation, folder: Path) -> Task:
    """A task that writes a Parquet file in `folder` for each part among its rows, in the order of
    the key; gives the number of the part, the name of the file, its rows, and its SHA-256."""

    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        held = list(batches)
        if not held:
            return
        # Here, because not every engine keeps an order up to this point.
        rows = pa.Table.from_batches(held).sort_by([(key, "ascending") for key in relation.key])
        for part in pc.unique(rows[PART]).to_pylist():
            found = rows.filter(pc.equal(rows[PART], part))
            name = f"{secrets.token_hex(8)}.parquet"
            _write(relation, found, folder / name)
            digest = seal(folder / name)
            told = {"part": [part], "name": [name], "rows": [found.num_rows], "sha256": [digest]}
            yield pa.record_batch(told)

    return write


def _write(relation: Relation, rows: pa.Table, file: Path) -> None:
    """Write rows with the metadata of the relation and an open seal."""
    plain = schema_of(relation)
    schema = plain.with_metadata({**(plain.metadata or {}), SEAL: UNSEALED})
    pq.write_table(
        rows.select(schema.names).cast(schema),
        file,
        compression="zstd",
        data_page_version="1.0",
        row_group_size=GROUP_ROWS,
    )
