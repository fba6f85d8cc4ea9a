"""Staging and publishing: a build is made aside, and becomes visible only when it is whole."""

from __future__ import annotations

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
from pipeline.exchange import exchange
from pipeline.fingerprint import fingerprint_of
from pipeline.layout import Layout, Workshop
from pipeline.manifest import CONTRACT, sealed
from pipeline.recover import LATER, give_back, recover


@dataclass(frozen=True, slots=True)
class FileCounts:
    """Raw files by what became of them, and the warnings among the problems."""

    discovered: int
    loaded: int
    skipped: int
    rejected: int
    warnings: int


@contextmanager
def staging(workshop: Workshop, layout: Layout) -> Iterator[Layout]:
    """An empty build folder in the workshop, gone when done."""
    recover(workshop, layout)
    staged = workshop.staged
    for kind in ("tables", "marts"):
        staged.parquet(kind, "").parent.mkdir(parents=True)
    try:
        yield staged
    finally:
        with LATER:
            recover(workshop, layout)


def _identity(path: Path, digest: str) -> dict[str, Any]:
    size = path.stat().st_size
    return {"bytes": size, "sha256": digest, "fingerprint": fingerprint_of(path)}


def _described(relation: Relation, rows: int, path: Path, digest: str) -> dict[str, Any]:
    columns = [{"name": column.name, "type": column.type} for column in relation.columns]
    return {"rows": rows, **_identity(path, digest), "columns": columns}


def write_manifest(
    staged: Layout,
    run_id: str,
    counts: FileCounts,
    rows: dict[str, int],
    digests: dict[str, str],
) -> None:
    """Write the manifest of a staged build: versions, counts, and every file with its sha256.

    `digests` are those of the files, by their names within the build.
    """
    files: dict[str, Any] = {}
    for relation in relations().values():
        path = staged.parquet(relation.kind, relation.name)
        name = f"{relation.kind}/{path.name}"
        files[name] = _described(relation, rows[relation.name], path, digests[name])
    for path in (staged.database, staged.report):
        files[path.name] = _identity(path, digests[path.name])
    manifest = {
        "newsloom": pipeline.__version__,
        "contract": CONTRACT,
        "run_id": run_id,
        "versions": {
            "duckdb": duckdb.__version__,
            "pyarrow": pa.__version__,
            "python": platform.python_version(),
        },
        "counts": asdict(counts),
        "files": files,
    }
    staged.manifest.write_text(sealed(manifest), encoding="utf-8")


def publish(staged: Layout, layout: Layout, workshop: Workshop) -> None:
    """Put the staged build in the place of the published one, in one step where the system can.

    It is on the disk before. The former build is kept in the workshop until the next one, for
    readers that still have it open. Files in the folder that are not ours stay. Errors: `OSError`,
    and then the former build is still the published one.
    """
    root = layout.root.resolve()
    _flush(staged.root)
    root.parent.mkdir(parents=True, exist_ok=True)
    if not root.exists():
        staged.root.rename(root)
    else:
        exchange(staged.root, root)
        with LATER:
            give_back(staged.root, root)
            shutil.rmtree(workshop.former, ignore_errors=True)
            staged.root.rename(workshop.former)
    with LATER:
        _sync(root.parent)


def _flush(build: Path) -> None:
    """Wait until a staged build is on the disk, but for files taken over from the former one."""
    for path in build.rglob("*"):
        if path.is_dir() or path.stat().st_nlink == 1:
            _sync(path)
    _sync(build)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
