"""A small complete build made by hand from the definitions, for tests that only read one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.core.arrow_schema import schema_of
from pipeline.core.catalog import Relation, relations
from pipeline.core.fingerprint import fingerprint_of
from pipeline.publish.manifest import CONTRACT, sealed

ESCAPE = "\x1b"
NASTY = f"=cmd() | {ESCAPE}[31mred\nnext [bold]b[/bold] \u202ereversed"
ARTICLES = [
    {
        "article_id": "20200211-aa",
        "title": NASTY,
        "quality": 50,
        "is_published": True,
        "published_at": datetime(2020, 2, 11, 18, 11),
    },
    {"article_id": "20200212-bb", "title": "Plain"},
]
REJECTS = [
    *(
        {
            "source_path": f"_news/{number}.md",
            "problem_number": 1,
            "severity": "error",
            "code": "invalid_yaml",
            "line": 3,
            "raw_value": "title: DM: x",
            "message": "mapping values are not allowed here",
        }
        for number in range(5)
    ),
    {
        "source_path": f"_news/{ESCAPE}[2J.md",
        "problem_number": 1,
        "severity": "warning",
        "code": "invalid_integer",
        "field": "quality",
        "raw_value": "high",
        "message": "no whole number",
    },
]


def write_example(folder: Path) -> str:
    """Write a build with two articles, six problems and 150 topics; gives its folder as text."""
    topics = [{"topic": f"topic {number:03}", "article_count": number} for number in range(150)]
    return str(write_build(folder, {"articles": ARTICLES, "rejects": REJECTS, "topics": topics}))


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
        "contract": CONTRACT,
        "run_id": "0123456789abcdef",
        "versions": {},
        "counts": {},
        "files": entries,
    }
    (folder / "manifest.json").write_text(sealed(manifest), encoding="utf-8")
    return folder


def _table(relation: Relation, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    schema = pa.schema([field.with_nullable(True) for field in schema_of(relation)])
    whole = [{name: row.get(name) for name in relation.column_names} for row in rows]
    return pa.Table.from_pylist(whole, schema=schema)


def _identity(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return {"bytes": len(content), "sha256": digest, "fingerprint": fingerprint_of(path)}
