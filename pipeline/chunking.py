"""The chunks of a build: those kept from former runs, and those that workers make now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from pipeline.chunk_store import ChunkParts, ChunkStore
from pipeline.listing import DIGEST_BYTES, UNREAD, Listing
from pipeline.recipe import (
    ID_TYPE,
    ChunkDone,
    ChunkWorker,
    Planned,
    chunk_key,
    ids_of,
    order_of,
    plan,
    source_paths,
)
from pipeline.state import State
from pipeline.workers import Team

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told of (stage, done, total); stages are read, tables, marts, checks, publish."""


@dataclass(frozen=True, slots=True)
class Chunked:
    """The chunks in order, the SHA-256 and the id of every file of the listing, and what was read
    for it."""

    parts: list[ChunkParts]
    digests: bytearray
    ids: bytes
    bytes_read: int
    made: int


class Chunking:
    """Cuts a listing into chunks and sees that the parts of each are there.

    `known` holds the SHA-256 of each file, `UNREAD` where it must be read, and is filled; `old` is
    the former run, if known.
    """

    def __init__(self, listing: Listing, known: bytearray, code: str, old: State | None) -> None:
        self._listing = listing
        self._digests = known
        self._code = code
        self._paths = source_paths(listing)
        ids = ids_of(self._paths, _known_ids(old) if old else {})
        # What millions of files have is kept as few objects, and paths only if they are asked for.
        if known.count(0) == len(known):
            self._paths = []
        self._ids = ids.tobytes()
        self._planned = plan(listing, ids)

    def make(self, store: ChunkStore, workers: Team[ChunkWorker], progress: Progress) -> Chunked:
        """Find or make the parts of every chunk."""
        found = {planned.number: self._kept(planned, store) for planned in self._planned}
        missing = [planned for planned in self._planned if found[planned.number] is None]
        total = len(self._listing.names)
        done = total - sum(len(planned.indices) for planned in missing)
        bytes_read = made = 0
        for planned, report in zip(missing, self._ordered(workers, missing), strict=True):
            found[planned.number] = self._taken(planned, report, store)
            bytes_read += report.bytes_read
            made += not report.reused
            done += len(planned.indices)
            progress("read", done, total)
        parts = [found[planned.number] for planned in self._planned]
        whole = [part for part in parts if part]
        return Chunked(whole, self._digests, self._ids, bytes_read, made)

    def _kept(self, planned: Planned, store: ChunkStore) -> ChunkParts | None:
        starts = (index * DIGEST_BYTES for index in planned.indices)
        digests = [bytes(self._digests[start : start + DIGEST_BYTES]) for start in starts]
        if UNREAD in digests or not self._paths:
            return None
        names = [self._paths[index].encode() for index in planned.indices]
        return store.find(chunk_key(self._code, names, digests))

    def _ordered(self, workers: Team[ChunkWorker], missing: list[Planned]) -> Iterator[ChunkDone]:
        orders = (order_of(self._listing, planned) for planned in missing)
        return workers.map("make_parts", ((order,) for order in orders), len(missing))

    def _taken(self, planned: Planned, report: ChunkDone, store: ChunkStore) -> ChunkParts:
        for index, digest in zip(planned.indices, report.digests, strict=True):
            self._digests[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES] = digest
        parts = store.about(report.key)
        if parts is None:
            raise OSError(f"the parts of chunk {planned.number} have vanished from {store.folder}")
        return parts


def _known_ids(old: State) -> dict[str, bytes]:
    """The ids of the files of a former run, by source path."""
    ids = np.frombuffer(old.ids, ID_TYPE).tolist()
    return dict(zip(source_paths(old.listing), ids, strict=True))
