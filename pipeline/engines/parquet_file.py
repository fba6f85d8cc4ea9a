"""How a Parquet file is written: zstd, V1 pages, what each column means, and an open seal."""

from __future__ import annotations

import base64

import pyarrow as pa

from pipeline.core.duckdb_paths import quoted
from pipeline.core.fingerprint import SEAL, UNSEALED

GROUP_ROWS = 122_880
"""Most rows of a row group: as many as one of DuckDB's own has."""


def copy_options(schema: pa.Schema) -> str:
    """The options of a COPY statement that writes rows of this schema.

    `fingerprint.seal` fills the seal afterwards.
    """
    metadata = {
        b"ARROW:schema": base64.b64encode(schema.serialize().to_pybytes()),
        SEAL: UNSEALED,
        **(schema.metadata or {}),
    }
    pairs = (f"{quoted(key.decode())}: {quoted(value.decode())}" for key, value in metadata.items())
    return (
        f"FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v1, ROW_GROUP_SIZE {GROUP_ROWS},"
        f" KV_METADATA {{{', '.join(pairs)}}}"
    )
