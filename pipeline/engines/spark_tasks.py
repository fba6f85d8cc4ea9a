"""What the executors of Spark do besides SQL: call a function, and write a part of a relation.

They import neither pandas nor DuckDB, and reach the folders of the run by their paths. A task may
be run twice, or killed and run again: each writes files of names of its own, and only those named
in the result that Spark takes are used.
"""

from __future__ import annotations

import pickle
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.core.arrow_schema import schema_of
from pipeline.core.catalog import Relation
from pipeline.core.errors import NewsloomError
from pipeline.core.fingerprint import SEAL, UNSEALED, seal

PART = "_part"
"""The column that says to which part a row belongs."""

GROUP_ROWS = 122_880
"""Most rows of a row group."""

Task = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def calling(function: Callable[[Any], Any]) -> Task:
    """A task that calls `function` on inputs; both these and the results are pickled. An error of
    newsloom, which would come again, is a result."""

    def call(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Numbered inputs in, their results by the same numbers out."""
        for batch in batches:
            for number, data in zip(*map(pa.Array.to_pylist, batch.columns), strict=True):
                try:
                    result = function(pickle.loads(data))  # noqa: S301 - our own
                except NewsloomError as error:
                    result = error
                yield pa.record_batch({"number": [number], "data": [pickle.dumps(result)]})

    return call


def writing(relation: Relation, folder: Path) -> Task:
    """A task that writes a Parquet file in `folder` for each part among its rows, in the order of
    the key; gives the number of the part, the name of the file, its rows, and its SHA-256."""

    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Rows with the number of their part in, a row for each file out."""
        held: dict[int, list[pa.RecordBatch]] = defaultdict(list)
        for batch in batches:
            for part in pc.unique(batch[PART]).to_pylist():
                held[part].append(batch.filter(pc.equal(batch[PART], part)))
        for part in list(held):
            rows = pa.Table.from_batches(held.pop(part))
            name = f"{secrets.token_hex(8)}.parquet"
            _write(relation, rows, folder / name)
            digest = seal(folder / name)
            told = {"part": [part], "name": [name], "rows": [rows.num_rows], "sha256": [digest]}
            yield pa.record_batch(told)

    return write


def _write(relation: Relation, rows: pa.Table, file: Path) -> None:
    """Write rows in the order of the key, with the metadata of the relation and an open seal.

    They are sorted here, because not every engine keeps an order up to this point, and a group at a
    time, so that they are never held twice.
    """
    plain = schema_of(relation)
    schema = plain.with_metadata({**(plain.metadata or {}), SEAL: UNSEALED})
    order = pc.sort_indices(rows, [(key, "ascending") for key in relation.key])
    with pq.ParquetWriter(file, schema, compression="zstd", data_page_version="1.0") as writer:
        for start in range(0, len(order), GROUP_ROWS):
            group = rows.take(order[start : start + GROUP_ROWS])
            writer.write_table(group.select(schema.names).cast(schema))
