"""What the last run left for the next one: all of it disposable, none of it trusted unchecked."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from pipeline.build import state_file
from pipeline.core.results import Finding, Summary
from pipeline.sources.listing import DIGEST_BYTES, Listing

Stamps: TypeAlias = tuple[int, int, int]
"""Size, mtime and ctime."""


@dataclass(slots=True)
class State:
    """The last run: the files it read and what each result was made from.

    `digests` holds the SHA-256 of each file of `listing`, zeros where one could not be read;
    `made_from` a digest of what each relation, check and the report was made from, `contents` one
    of what each relation holds, `rows` their numbers of rows; `files` the SHA-256 and `stamps` the
    size and mtime of each published file; `findings` what each check found.
    """

    code: str
    sql: str
    listing: Listing
    digests: bytes | bytearray
    made_from: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, Stamps] = field(default_factory=dict)
    findings: dict[str, Finding | None] = field(default_factory=dict)
    summary: Summary | None = None


def load(path: Path) -> State | None:
    """The state in a file, or None where there is none that can be used."""
    state = state_file.load(path, State)
    return state if state and _is_consistent(state) else None


def _is_consistent(state: State) -> bool:
    """Whether there is of everything as much as there are files."""
    listing = state.listing
    columns = [getattr(listing, name) for name in Listing.__slots__]
    files = len(listing.names)
    return (
        files == sum(1 for _ in listing.names)
        and all(len(column) == files for column in columns if isinstance(column, array))
        and type(listing.started_ns) is int
        and len(state.digests) == files * DIGEST_BYTES
    )


def save(path: Path, state: State) -> None:
    """Write the state at once."""
    state_file.save(path, state)


def stamps_of(root: Path, names: Iterable[str]) -> dict[str, Stamps]:
    """Stamps of files below a folder; absent ones are left out.

    The ctime is among them, because a changed file can be given its former mtime.
    """
    found = {}
    for name in names:
        try:
            status = (root / name).stat()
        except (OSError, ValueError):
            continue
        found[name] = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return found
