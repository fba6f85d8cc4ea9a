"""Checks every byte of a published folder against its manifest."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.core.fingerprint import is_readable_parquet, is_whole_parquet
from pipeline.core.paths import Layout, Place, is_address
from pipeline.publish.manifest import Fault, is_sealed, load_manifest, quick_check, write_ahead_log
from pipeline.publish.stored_build import StoredBuild

_FOLDERS = ("tables", "marts")
"""The folders that hold nothing but files of the build; readers take all that lies in them."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A folder checked against its manifest: `files` and `bytes` it should have, what is wrong, and
    what lies next to the build without being part of it."""

    run_id: str
    files: int
    bytes: int
    faults: tuple[Fault, ...]
    others: tuple[str, ...]


def verify(out: Place) -> Verified:
    """Read every file of the build in `out` and check it against the manifest.

    Errors: `BuildMissing` where there is no manifest that can be used; `StorageFailed`.
    """
    if not is_address(out):
        return _verify(Path(out))
    with tempfile.TemporaryDirectory(prefix="newsloom-") as folder:
        StoredBuild(str(out)).copy(Path(folder))
        return _verify(Path(folder))


def _verify(out: Path) -> Verified:
    layout = Layout(out)
    manifest = load_manifest(layout)
    entries = manifest["files"]
    faults = []
    if not is_sealed(manifest):
        name = layout.manifest.name
        faults.append(Fault(name, "edited", f"{name} is not what its own digest says"))
    faults += [fault for path in entries if (fault := _fault(layout, manifest, path))]
    faults += _superfluous(layout, entries)
    ours = {path.partition("/")[0] for path in entries} | {layout.manifest.name, *_FOLDERS}
    ours.add(write_ahead_log(layout).name)
    return Verified(
        run_id=str(manifest["run_id"]),
        files=len(entries) + 1,
        bytes=sum(entry["bytes"] for entry in entries.values()),
        faults=tuple(faults),
        others=tuple(sorted(path.name for path in out.iterdir() if path.name not in ours)),
    )


def _fault(layout: Layout, manifest: dict[str, Any], path: str) -> Fault | None:
    """What is wrong with one file of the manifest, from its bytes alone."""
    entry, file = manifest["files"][path], layout.root / path
    found = quick_check(layout.root, path, entry)
    if found and found.kind == "missing":
        return found
    try:
        if found is None and _sha256(file) == entry["sha256"]:
            return None
        return _classify(path, file, manifest["run_id"], found)
    except OSError as error:
        return Fault(path, "missing", f"{path} cannot be read: {error.strerror}")


def _classify(path: str, file: Path, run_id: str, found: Fault | None) -> Fault:
    """Find out how a file came not to be the one of the manifest."""
    is_whole = is_readable = False
    if file.suffix == ".parquet":
        is_whole, is_readable = is_whole_parquet(file), is_readable_parquet(file)
    elif file.suffix == ".duckdb":
        from pipeline.read.database import run_id_of  # DuckDB is slow to import

        is_whole = run_id_of(file) not in (None, run_id)
    if is_whole:
        return Fault(path, "mixed", f"{path} is a whole file, but of another build")
    if found and found.kind == "truncated" and not is_readable:
        return found
    return Fault(path, "edited", f"{path} does not hold what the build wrote")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _superfluous(layout: Layout, entries: dict[str, Any]) -> Iterator[Fault]:
    """Files among those of the build that the manifest does not name."""
    parents = {str(PurePosixPath(name).parent) for name in entries}
    for folder in _FOLDERS:
        for path in sorted((layout.root / folder).rglob("*")):
            name = path.relative_to(layout.root).as_posix()
            if name not in entries and name not in parents:
                yield Fault(name, "superfluous", f"{name} is no file of this build")
    log = write_ahead_log(layout)
    if log.exists():
        yield Fault(
            log.name, "superfluous", f"{log.name} would change what {layout.database.name} holds"
        )
