"""Staging and publishing: a build is made aside, and becomes visible only when it is whole."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

import pipeline
from pipeline.definitions import Relation, relations
from pipeline.layout import Layout

CONTRACT_VERSION = 1


@dataclass(frozen=True, slots=True)
class FileCounts:
    """Raw files by what became of them, and the warnings among the problems."""

    discovered: int
    loaded: int
    skipped: int
    rejected: int
    warnings: int


@contextmanager
def staging(layout: Layout) -> Iterator[Layout]:
    """An empty folder beside the build, removed when done; what a dead run left goes first."""
    root = layout.staging
    shutil.rmtree(root, ignore_errors=True)
    staged = Layout(root / "build")
    for kind in ("tables", "marts"):
        staged.parquet(kind, "").parent.mkdir(parents=True)
    try:
        yield staged
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _digest(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": sha256}


def _described(relation: Relation, rows: int, path: Path) -> dict[str, Any]:
    columns = [{"name": column.name, "type": column.type} for column in relation.columns]
    return {"rows": rows, **_digest(path), "columns": columns}


def write_manifest(staged: Layout, run_id: str, counts: FileCounts, rows: dict[str, int]) -> None:
    """Write the manifest of a staged build: versions, counts, and every file with its sha256."""
    files: dict[str, Any] = {}
    for relation in relations().values():
        path = staged.parquet(relation.kind, relation.name)
        files[f"{relation.kind}/{path.name}"] = _described(relation, rows[relation.name], path)
    files[staged.database.name] = _digest(staged.database)
    manifest = {
        "newsloom": pipeline.__version__,
        "contract": CONTRACT_VERSION,
        "run_id": run_id,
        "versions": {
            "duckdb": duckdb.__version__,
            "pyarrow": pa.__version__,
            "python": platform.python_version(),
        },
        "counts": asdict(counts),
        "files": files,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    staged.manifest.write_text(text, encoding="utf-8")


def publish(staged: Layout, layout: Layout) -> None:
    """Replace the published build by the staged one; the manifest goes first and comes last."""
    layout.manifest.unlink(missing_ok=True)
    for kind in ("tables", "marts"):
        folder = layout.root / kind
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted((staged.root / kind).iterdir()):
            os.replace(path, folder / path.name)
    os.replace(staged.database, layout.database)
    os.replace(staged.manifest, layout.manifest)
