"""A small complete build made by hand from the definitions, for tests that only read one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.arrow import schema_of
from pipeline.definitions import Relation, relations


def write_build(folder: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """Write every defined relation, those not in `rows` empty; absent columns are NULL."""
    entries = {}
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "analytics.duckdb"
    with duckdb.connect(database) as connection:
        for relation in relations().values():
            table = _table(relation, rows.get(relation.name, ()))
            path = folder / relation.kind / f"{relation.name}.parquet"
            path.parent.mkdir(exist_ok=True)
            pq.write_table(table, path)
            connection.register("given", table)
            connection.execute(f'create table "{relation.name}" as select * from given')
            connection.unregister("given")
            entries[f"{relation.kind}/{path.name}"] = {"rows": table.num_rows, **_identity(path)}
    entries[database.name] = _identity(database)
    manifest = {
        "newsloom": "0.1.0",
        "contract": 1,
        "run_id": "0123456789abcdef",
        "versions": {},
        "counts": {},
        "files": entries,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _table(relation: Relation, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    schema = pa.schema([field.with_nullable(True) for field in schema_of(relation)])
    whole = [{name: row.get(name) for name in relation.column_names} for row in rows]
    return pa.Table.from_pylist(whole, schema=schema)


def _identity(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
