"""The manifest of a build: what belongs to it, and whether a folder holds just that.

`manifest.json` names every file with its size, SHA-256 and fingerprint, and closes with a digest of
itself. It is the last file written, so a folder with a manifest that fits is a whole build.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, cast

from pipeline.core.errors import BuildMissing, NoBuild
from pipeline.core.fingerprint import fingerprint_of
from pipeline.core.paths import Layout, Place

CONTRACT = 2
"""The version of the data contract that this newsloom writes and reads."""

_SEAL = "manifest_sha256"
_REMEDY = "make a new one with `newsloom run`"


@dataclass(frozen=True, slots=True)
class Fault:
    """One file that is not what the manifest says.

    `kind` is one of missing, truncated, mixed (a file of another build), edited, superfluous.
    """

    path: str
    kind: str
    message: str


def sealed(manifest: dict[str, Any]) -> str:
    """The text of a manifest, closed with the digest of the rest."""
    return _text({**manifest, _SEAL: _digest(manifest)})


def unsealed(manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest without the digest of the rest."""
    return {name: value for name, value in manifest.items() if name != _SEAL}


def is_sealed(manifest: dict[str, Any]) -> bool:
    """Whether a manifest is as it was written; one of an early newsloom, without digest, is."""
    rest = unsealed(manifest)
    return bool(manifest.get(_SEAL, _digest(rest)) == _digest(rest))


def _digest(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(_text(manifest).encode()).hexdigest()


def _text(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def load_manifest(layout: Layout) -> dict[str, Any]:
    """The manifest of the build in a folder, not yet checked against its files.

    Errors: `BuildMissing` where there is none, or none that can be used.
    """
    try:
        data = layout.manifest.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise NoBuild(f"{layout.root} holds no build; make one with `newsloom run`") from None
    except OSError as error:
        raise BuildMissing(f"{layout.manifest} cannot be read: {error.strerror}") from None
    return parse_manifest(data, layout.root)


def parse_manifest(data: bytes, root: Place) -> dict[str, Any]:
    """The manifest with these bytes, of the build at `root`. Errors: `BuildMissing` where it cannot
    be used."""
    try:
        manifest = json.loads(data)
        usable = all(_is_entry(path, entry) for path, entry in manifest["files"].items())
        usable &= all(_is_inside(manifest.get(name) or "") for name in ("location", "former"))
        contract, _ = manifest["contract"], manifest["run_id"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        usable, contract = False, CONTRACT
    if not usable:
        raise BuildMissing(f"{root}/manifest.json is not a manifest; {_REMEDY}")
    if contract != CONTRACT:
        raise BuildMissing(
            f"{root} was built to contract {contract}, this newsloom reads {CONTRACT}; {_REMEDY}"
        )
    return cast("dict[str, Any]", manifest)


def _is_entry(path: str, entry: dict[str, Any]) -> bool:
    """Whether an entry of `files` names a file inside of the build, with size, rows and digest."""
    counts = (entry["bytes"], entry.get("rows", 0))
    is_counted = {*map(type, counts)} == {int}
    return _is_inside(path) and is_counted and isinstance(entry["sha256"], str)


def _is_inside(path: str) -> bool:
    return not path.startswith("/") and ".." not in PurePosixPath(path).parts


def refuse_unless_whole(layout: Layout, manifest: dict[str, Any]) -> None:
    """Check each file against the manifest quickly, by size and fingerprint.

    Errors: `BuildMissing`, naming the first file that does not belong to this build.
    """
    if not is_sealed(manifest):
        raise BuildMissing(f"{layout.manifest} was edited; {_REMEDY}")
    for path, entry in manifest["files"].items():
        fault = quick_check(layout.root, path, entry)
        if fault:
            state = "incomplete" if fault.kind == "missing" else "mixed or damaged"
            raise BuildMissing(
                f"the build in {layout.root} is {state}: {fault.message}; {_REMEDY}; "
                "`newsloom verify` tells more"
            )
    log = write_ahead_log(layout)
    if log.exists():
        raise BuildMissing(
            f"the build in {layout.root} is mixed or damaged: {log.name} would change what "
            f"{layout.database.name} holds; delete it if no program writes there"
        )


def write_ahead_log(layout: Layout) -> Path:
    """Where DuckDB would keep, and take back, changes to the database; a build has none."""
    return layout.database.with_name(f"{layout.database.name}.wal")


def quick_check(root: Path, path: str, entry: dict[str, Any]) -> Fault | None:
    """What is wrong with a file as far as size and fingerprint tell; None where nothing is."""
    place = root / path
    try:
        size = place.stat().st_size if place.is_file() else None
        if size == entry["bytes"] and entry.get("fingerprint"):
            same = fingerprint_of(place) == entry["fingerprint"]
            return None if same else Fault(path, "mixed", f"{path} is not of this build")
    except OSError as error:
        return Fault(path, "missing", f"{path} cannot be read: {error.strerror}")
    if size is None:
        return Fault(path, "missing", f"{path} is absent")
    if size == entry["bytes"]:
        return None
    kind = "truncated" if size < entry["bytes"] else "edited"
    return Fault(path, kind, f"{path} has {size:,} bytes, its manifest says {entry['bytes']:,}")
