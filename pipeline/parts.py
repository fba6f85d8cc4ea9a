"""The parts of a build, and the last of them: which mentioned URLs are articles of the archive."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.chunk_store import ChunkParts, ChunkStore
from pipeline.code_version import combined
from pipeline.parquet import Part
from pipeline.recipe import RELATED, URLS, ChunkWorker, related_name
from pipeline.state import KeptChunk
from pipeline.warehouse import Warehouse
from pipeline.workers import Team

_RESOLVED_AT_ONCE = 64
_OWNER_COLUMNS = ("article_id", "canonical_url", "published_at")


def owner_table(chunks: list[ChunkParts]) -> str:
    """A digest of what decides which article owns a URL."""
    return combined(
        *(
            chunk.columns["articles"].get(column, "")
            for chunk in chunks
            for column in _OWNER_COLUMNS
        )
    )


class Parts:
    """The parts of a build: of each chunk one for every table, `owners` being the digest of the URL
    owners in its `related_items` part."""

    def __init__(self, store: ChunkStore, chunks: list[ChunkParts]) -> None:
        self._store = store
        self._chunks = chunks
        self.owners: dict[str, str] = {}

    def related_name(self, chunk: ChunkParts) -> str:
        """The name of a chunk's `related_items` part."""
        return related_name(self.owners[chunk.key])

    def path(self, chunk: ChunkParts, table: str) -> Path:
        """Where a chunk's part of a table lies."""
        return self._store.path(chunk.key, f"{self._name(chunk, table)}.parquet")

    def part(self, chunk: ChunkParts, table: str) -> Part:
        """What is known of a chunk's part of a table. Errors: `OSError` where it has vanished."""
        part = self._store.part(chunk.key, self._name(chunk, table))
        if part is None:
            raise OSError(f"a part of {table} has vanished from {self._store.folder}")
        return part

    def _name(self, chunk: ChunkParts, table: str) -> str:
        return self.related_name(chunk) if table == RELATED else table

    def take_over(self, kept: list[KeptChunk]) -> None:
        """Take over the `related_items` parts of a former build; URLs had the same owners then."""
        before = {chunk.key: chunk.owners for chunk in kept}
        for chunk in self._chunks:
            owners = before.get(chunk.key)
            if owners and self._store.whole_part(chunk.key, related_name(owners)):
                self.owners[chunk.key] = owners

    def make(self, analytics: Warehouse, workers: Team[ChunkWorker]) -> None:
        """Make the missing `related_items` parts; `articles` is loaded in the warehouse."""
        pieces = len(self._chunks) - len(self.owners)
        for _ in workers.map("finish_related", self._orders(analytics), pieces):
            pass

    def _orders(self, analytics: Warehouse) -> Iterator[tuple[str, str, pa.Table]]:
        missing = [chunk for chunk in self._chunks if chunk.key not in self.owners]
        if missing:
            analytics.tell_owners()
        for start in range(0, len(missing), _RESOLVED_AT_ONCE):
            some = missing[start : start + _RESOLVED_AT_ONCE]
            found = analytics.resolve([self._store.path(chunk.key, URLS) for chunk in some])
            for place, chunk in enumerate(some):
                owned = found.filter(pc.equal(found["chunk"], place)).combine_chunks()
                owners = _digest(owned)
                self.owners[chunk.key] = owners
                if self._store.whole_part(chunk.key, related_name(owners)) is None:
                    yield chunk.key, owners, owned


def _digest(owned: pa.Table) -> str:
    places, ids = owned["place"].to_pylist(), owned["article_id"].to_pylist()
    return hashlib.sha256("\n".join((*map(str, places), *ids)).encode()).hexdigest()
