"""The recipe of one chunk: read, extract, transform, write parts. The one module that imports
the stages.

A chunk's folder holds one Parquet part per table, except that `related_items` waits as Arrow for
`related_article_id`, which only the whole archive can tell.
"""

from __future__ import annotations

import gc
import hashlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.arrow import schema
from pipeline.chunk_store import ChunkParts, ChunkStore, digest_of, save_about, save_part
from pipeline.errors import FileRejected
from pipeline.extract.bulk import read_bulk
from pipeline.extract.discover import RawFile, raw_file, read_bytes, readable
from pipeline.extract.read import NO_CATEGORY, Extracted, FileReader, kind_of
from pipeline.limits import Limits
from pipeline.listing import UNREAD, Listing
from pipeline.parquet import Part, write_part
from pipeline.plan import cut
from pipeline.transform.articles import ID_CHARACTERS, record_id
from pipeline.transform.batch import Batch, FileFacts
from pipeline.transform.bulk import cast_bulk
from pipeline.transform.mentions import ItemMemory

RELATED = "related_items"
TABLES = ("files", "rejects", "articles", "article_topics", "images", "pages", "page_paragraphs")
"""The tables whose parts are finished as soon as their chunk is."""

ID_TYPE = np.dtype(f"S{ID_CHARACTERS}")
"""An id in an array; a million of them as texts of their own would take three times the memory."""

Ids: TypeAlias = "npt.NDArray[np.bytes_]"

RELATED_ARROW, URLS = f"{RELATED}.arrow", "urls.parquet"


@dataclass(frozen=True, slots=True)
class Planned:
    """One chunk to be: its files in the order of their ids, and the first and last id."""

    number: int
    indices: Sequence[int]
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is to make: the files of one chunk."""

    planned: Planned
    files: tuple[RawFile, ...]


@dataclass(frozen=True, slots=True)
class ChunkDone:
    """What came of one order: the chunk's key, the SHA-256 of each file, bytes read, and
    whether its parts were there already."""

    number: int
    key: str
    digests: list[bytes]
    bytes_read: int
    reused: bool


def source_paths(listing: Listing) -> list[str]:
    """The source path of every file of an archive."""
    with suppress(UnicodeDecodeError):  # as good as always all names are plain text
        paths = listing.names.decoded()
        if not any("\\" in path for path in paths):
            return paths
    return [readable(name) for name in listing.names]


def ids_of(paths: Sequence[str], known: Mapping[str, bytes]) -> Ids:
    """The id of each file, those of `known` not made again."""
    ids = (known.get(path) or record_id(path).encode() for path in paths)
    return np.fromiter(ids, ID_TYPE, len(paths))


def plan(listing: Listing, ids: Ids) -> list[Planned]:
    """The files of an archive, cut into chunks."""
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    sizes = np.asarray(listing.sizes)[order]
    return [
        Planned(
            number,
            array("q", order[places.start : places.stop].tobytes()),
            _id_at(ordered, places.start) if places else "",
            _id_at(ordered, places.stop - 1) if places else "",
        )
        for number, places in enumerate(cut(ordered.tolist(), sizes.tolist()))
    ]


def _id_at(ids: Ids, place: int) -> str:
    found: bytes = ids[place]
    return found.decode()


def order_of(listing: Listing, planned: Planned) -> Order:
    """The order that has a chunk made."""
    return Order(planned, tuple(raw_file(listing, index) for index in planned.indices))


def chunk_key(code: str, names: Iterable[bytes], digests: Sequence[bytes]) -> str:
    """The key of a chunk: the same files read by the same code have the same."""
    key = hashlib.sha256(code.encode())
    for name, digest in zip(names, digests, strict=True):
        key.update(len(name).to_bytes(4, "big") + name + digest)
    return key.hexdigest()


class ChunkWorker:
    """Turns chunks into parts; what it has parsed serves the next chunk of the same process."""

    def __init__(self, chunks: Path, code: str, limits: Limits) -> None:
        self._store = ChunkStore(chunks)
        self._code = code
        self._limits = limits
        self._reader = FileReader(limits)
        self._memory = ItemMemory()

    def make_parts(self, order: Order) -> ChunkDone:
        """Read the files of a chunk and make its parts, if they are not there already."""
        # A chunk makes objects by the hundred thousand and hardly a cycle among them.
        gc.disable()
        try:
            return self._made(order)
        finally:
            gc.enable()

    def _made(self, order: Order) -> ChunkDone:
        contents = [self._content(file) for file in order.files]
        digests = [
            hashlib.sha256(content).digest() if isinstance(content, bytes) else UNREAD
            for content in contents
        ]
        names = [file.source_path.encode() for file in order.files]
        key = chunk_key(self._code, names, digests)
        # What could not be read may fail otherwise next time, so such a chunk is never reused.
        reused = UNREAD not in digests and self._store.find(key) is not None
        if not reused:
            self._write(order.planned, key, self._tables(order.files, contents, digests))
        bytes_read = sum(len(content) for content in contents if isinstance(content, bytes))
        return ChunkDone(order.planned.number, key, digests, bytes_read, reused)

    def _tables(
        self,
        files: Sequence[RawFile],
        contents: list[bytes | FileRejected],
        digests: list[bytes],
    ) -> dict[str, pa.Table]:
        """The tables of a chunk: most files are read at once, what is left one by one."""
        paths = [file.source_path for file in files]
        bulk = read_bulk(contents, self._limits)
        cast = cast_bulk(bulk, paths) if bulk else None
        loaded = set(cast.loaded.tolist()) if cast else set()
        skipped = set(cast.skipped.tolist()) if cast else set()
        batch = Batch(self._memory)
        for number, content in enumerate(contents):
            if isinstance(content, FileRejected):
                facts = FileFacts(paths[number], "other", files[number].size, None)
                batch.add(facts, content)
                continue
            size, digest = len(content), digests[number].hex()
            if number in loaded:
                batch.add_cast(FileFacts(paths[number], "article", size, digest))
                continue
            record = NO_CATEGORY if number in skipped else self._read(paths[number], content)
            batch.add(FileFacts(paths[number], kind_of(content, record), size, digest), record)
        return batch.tables(cast)

    def _read(self, source_path: str, content: bytes) -> Extracted | FileRejected:
        try:
            return self._reader.read(source_path, content)
        except FileRejected as rejection:
            return rejection

    def _content(self, file: RawFile) -> bytes | FileRejected:
        try:
            return read_bytes(file, self._limits)
        except FileRejected as rejection:
            return rejection

    def _write(self, planned: Planned, key: str, tables: dict[str, pa.Table]) -> None:
        with self._store.making(key) as folder:
            parts: dict[str, Part] = {}
            for name in TABLES:
                parts[name] = write_part(tables[name], schema(name), folder / f"{name}.parquet")
                save_part(folder, name, parts[name])
            _set_related_aside(folder, tables[RELATED])
            files = {f"{name}.parquet": part.sha256 for name, part in parts.items()}
            files |= {name: digest_of(folder / name) or "" for name in (RELATED_ARROW, URLS)}
            rows = {name: part.rows for name, part in parts.items()}
            columns = {name: part.columns for name, part in parts.items()}
            save_about(folder, ChunkParts(key, planned.first, planned.last, rows, files, columns))

    def finish_related(self, key: str, owners: str, found: pa.Table) -> None:
        """Write the `related_items` part of a chunk, named by the digest of its owners.

        `found` (place, article_id) are the chunk's URLs that resolve.
        """
        related = _related_aside(self._store.path(key, RELATED_ARROW))
        wanted = schema(RELATED)
        index = wanted.get_field_index("related_article_id")
        resolved = related.add_column(
            index, wanted.field(index).name, _owner_of(related["canonical_url"], found)
        )
        name = related_name(owners)
        path = self._store.path(key, f"{name}.parquet")
        save_part(path.parent, name, write_part(resolved.combine_chunks(), wanted, path))


def related_name(owners: str) -> str:
    """The name of the `related_items` part made with these owners."""
    return f"{RELATED}-{owners[:16]}"


def _set_related_aside(folder: Path, related: pa.Table) -> None:
    # Not pyarrow.feather, which writes the same but is slow to import.
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(folder / RELATED_ARROW, related.schema, options=options) as file:
        file.write_table(related)
    urls = related["canonical_url"].combine_chunks().dictionary
    places = pa.array(range(len(urls)), pa.int32())
    pq.write_table(pa.table({"place": places, "canonical_url": urls}), folder / URLS)


def _related_aside(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def _owner_of(urls: pa.ChunkedArray, found: pa.Table) -> pa.Array:
    """The owning article of each URL, as a dictionary array; null where none owns it."""
    places = urls.combine_chunks().indices
    indices = pc.index_in(places, value_set=found["place"].cast(places.type))
    return pa.DictionaryArray.from_arrays(indices, found["article_id"].combine_chunks())
