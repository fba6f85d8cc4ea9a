"""What the last run left for the next one: all of it disposable, none of it trusted unchecked.

The file holds the SHA-256 of the rest, and the state as MessagePack. One that is damaged, or in
which anything has another type than it should, counts as absent; nothing in it can name code.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from pipeline.core.digests import open_plain
from pipeline.core.results import Finding, Summary
from pipeline.sources.listing import DIGEST_BYTES, Listing, PackedListing

Stamps: TypeAlias = tuple[int, int, int]
"""Size, mtime and ctime."""


class State(msgspec.Struct, forbid_unknown_fields=True):
    """The last run: the files it read and what each result was made from; `name` is that of the
    archive.

    `digests` holds the SHA-256 of each file of `listing`, zeros where one could not be read;
    `made_from` a digest of what each relation and check was made from, `rows` the number of rows of
    each relation; `files` the SHA-256 and `stamps` the size and times of each published file;
    `findings` what each check found.
    """

    code: str
    sql: str
    name: str
    listing: Listing
    digests: bytearray
    made_from: dict[str, str] = {}
    rows: dict[str, int] = {}
    files: dict[str, str] = {}
    stamps: dict[str, Stamps] = {}
    findings: dict[str, Finding | None] = {}
    summary: Summary | None = None


def load(path: Path) -> State | None:
    """The state in a file, or None where there is none that can be used."""
    try:
        with open_plain(path) as file:
            digest, data = file.read(DIGEST_BYTES), file.read()
        if hashlib.sha256(data).digest() != digest:
            return None
        state = msgspec.msgpack.decode(data, type=State, dec_hook=_unpacked)
    except (OSError, ValueError, RecursionError, MemoryError):
        return None
    return state if len(state.digests) == len(state.listing.names) * DIGEST_BYTES else None


def save(path: Path, state: State) -> None:
    """Write the state at once."""
    data = msgspec.msgpack.encode(state, enc_hook=_packed)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    with temporary.open("xb") as file:
        file.write(hashlib.sha256(data).digest())
        file.write(data)
    temporary.replace(path)


def _packed(value: Any) -> Any:
    return value.packed() if isinstance(value, Listing) else str(value)


def _unpacked(wanted: type, value: Any) -> Any:
    if wanted is Listing:
        return Listing.unpacked(msgspec.convert(value, PackedListing))
    return Path(msgspec.convert(value, str))


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
