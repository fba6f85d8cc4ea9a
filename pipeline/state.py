"""What the last run left for the next one: all of it disposable, none of it believed unchecked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipeline import sealed
from pipeline.listing import Listing


@dataclass(frozen=True, slots=True)
class KeptChunk:
    """One chunk of the last build: its key, and the digest of the URL owners it was given."""

    key: str
    owners: str


@dataclass(slots=True)
class State:
    """The last run: the files it read and what each result was made from.

    `digests` holds the SHA-256 of each file of `listing`, zeros where one could not be read;
    `made_from` a digest of the parts of each table and of the SQL of each mart and check;
    `contents` one of each column of a table and of each mart, `rows` their numbers of rows;
    `ids` the ids of the files of `listing`; `files` the SHA-256 and `stamps` the size and mtime of
    each published file; `findings` what each check found; `patches` how often the database was
    patched since it was made whole.
    """

    code: str
    sql: str
    listing: Listing
    digests: bytes | bytearray
    ids: bytes = b""
    chunks: list[KeptChunk] = field(default_factory=list)
    owner_table: str = ""
    made_from: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, tuple[int, int]] = field(default_factory=dict)
    findings: dict[str, Any] = field(default_factory=dict)
    columns_read: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    patches: int = 0
    summary: dict[str, Any] = field(default_factory=dict)


def load(path: Path) -> State | None:
    """The state in a file, or None where there is none that can be used."""
    values = sealed.load(path)
    try:
        values["listing"] = Listing.unpacked(values["listing"])
        values["chunks"] = [KeptChunk(**chunk) for chunk in values["chunks"]]
        return State(**values)
    except (TypeError, KeyError, ValueError):
        return None


def save(path: Path, state: State) -> None:
    """Write the state at once."""
    values = {name: getattr(state, name) for name in State.__slots__}
    values["listing"] = state.listing.packed()
    values["chunks"] = [asdict(chunk) for chunk in state.chunks]
    sealed.save(path, values)


def stamps_of(root: Path, names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Size and mtime of files below a folder; absent ones are left out."""
    found = {}
    for name in names:
        try:
            status = (root / name).stat()
        except OSError:
            continue
        found[name] = (status.st_size, status.st_mtime_ns)
    return found
