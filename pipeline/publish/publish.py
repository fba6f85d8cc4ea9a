"""Staging and publishing: a build is staged, and becomes visible only when it is whole."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

import pipeline
from pipeline.core.catalog import Relation, relations
from pipeline.core.errors import NewsloomError
from pipeline.core.fingerprint import fingerprint_of
from pipeline.core.paths import Layout
from pipeline.core.results import Archive, FileCounts
from pipeline.publish.atomic_swap import exchange
from pipeline.publish.manifest import CONTRACT, sealed
from pipeline.publish.recovery import BEST_EFFORT, give_back, recover
from pipeline.publish.work_dir import WorkDir


@contextmanager
def staging(work: WorkDir, layout: Layout) -> Iterator[Layout]:
    """An empty build folder in the work folder, gone when done."""
    work.make_folder(work.staging.name)
    staged = work.staged
    for kind in ("tables", "marts"):
        (staged.root / kind).mkdir(parents=True)
    try:
        yield staged
    finally:
        with BEST_EFFORT:
            recover(work, layout)


def _identity(path: Path, digest: str) -> dict[str, Any]:
    """What the manifest says of any file."""
    size = path.stat().st_size
    return {"bytes": size, "sha256": digest, "fingerprint": fingerprint_of(path)}


def _about(relation: Relation) -> dict[str, Any]:
    """What the manifest says of each file of a relation, from its definition."""
    return {
        "columns": [{"name": column.name, "type": column.type} for column in relation.columns],
        "primary_key": list(relation.key),
        "foreign_keys": [
            {"column": column, "references": {"table": table, "column": referred}}
            for column, table, referred in relation.foreign_keys
        ],
    }


def _row_count(path: Path) -> int:
    """The number of rows of one part of a relation."""
    import pyarrow.parquet as pq  # slow to import, and only Spark writes parts

    return int(pq.read_metadata(path).num_rows)


def write_manifest(
    staged: Layout,
    run_id: str,
    archive: Archive,
    counts: FileCounts,
    rows: dict[str, int],
    digests: dict[str, str],
    engine: str = "duckdb",
) -> None:
    """Write the manifest of a staged build: versions, counts, and every file with its sha256;
    of a relation its columns, its primary key, and the columns that refer to those of others.

    `digests` are those of the files, by their names within the build; `engine` has made them.
    """
    files: dict[str, Any] = {}
    for relation in relations().values():
        about = _about(relation)
        names = relation.files_in(digests)
        for name in names:
            path = staged.root / name
            count = rows[relation.name] if len(names) == 1 else _row_count(path)
            files[name] = {"rows": count, **_identity(path, digests[name]), **about}
    for path in (staged.database, *staged.pages):
        files[path.name] = _identity(path, digests[path.name])
    manifest = {
        "newsloom": pipeline.__version__,
        "contract": CONTRACT,
        "run_id": run_id,
        "engine": engine,
        "archive": {"name": archive.name, "period": archive.period},
        "versions": {
            "duckdb": duckdb.__version__,
            "pyarrow": pa.__version__,
            "python": platform.python_version(),
        },
        "counts": asdict(counts),
        "files": files,
    }
    staged.manifest.write_text(sealed(manifest), encoding="utf-8")


def publish(staged: Layout, layout: Layout, work: WorkDir, files: Iterable[str]) -> None:
    """Put the staged build in the place of the published one, in one step where the system can.

    It is on the disk before, with all of its `files`. The former build goes with the staging
    folder; readers that have opened its files go on reading them. Files in the folder that are not
    ours stay. Errors: `NewsloomError` where the work folder, or something in it, was deleted
    meanwhile; `OSError`. After either the former build is still the published one.
    """
    root = layout.root.resolve()
    _flush(staged.root)
    root.parent.mkdir(parents=True, exist_ok=True)
    names = [*files, staged.manifest.name]
    if not work.is_in_place or not _is_whole(staged.root, names):
        raise _deleted(work)
    if not root.exists():
        staged.root.rename(root)
    else:
        exchange(staged.root, root)
        if not _is_whole(root, names):  # somebody deleted from it while it was under way
            exchange(root, staged.root)
            raise _deleted(work)
        with BEST_EFFORT:
            give_back(staged.root, root)
    with BEST_EFFORT:
        _sync(root.parent)


def _is_whole(build: Path, names: Iterable[str]) -> bool:
    return all((build / name).exists() for name in names)


def _deleted(work: WorkDir) -> NewsloomError:
    return NewsloomError(
        f"{work.path} was deleted or replaced while this run was at work in it; nothing was "
        "published; run it again"
    )


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
