"""The recipe of one chunk: read, extract, transform, write parts. Imports the stages; with
`build`, which orders the whole, nothing else does.

A part folder holds one Parquet file per table, except that `related_items` waits as Arrow for
`related_article_id`, which only the whole archive can tell.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

from pipeline.arrow import schema
from pipeline.errors import FileRejected
from pipeline.extract.discover import RawFile, discover, read_bytes
from pipeline.extract.read import FileReader, kind_of
from pipeline.limits import Limits
from pipeline.parquet import write_part
from pipeline.plan import Chunk, cut
from pipeline.transform.articles import record_id
from pipeline.transform.batch import Batch, FileFacts
from pipeline.transform.mentions import ItemMemory

RELATED = "related_items"
TABLES = ("files", "rejects", "articles", "article_topics", "images", "pages", "page_paragraphs")
"""The tables whose parts are finished as soon as their chunk is."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A raw file and the id it has as an article or page."""

    record_id: str
    file: RawFile

    @property
    def size(self) -> int:
        """Bytes when discovered."""
        return self.file.size


@dataclass(frozen=True, slots=True)
class ChunkDone:
    """What came of one chunk: its number, and how many files and bytes were read."""

    number: int
    files: int
    bytes_read: int


def plan(raw: Path) -> list[Chunk[PlannedFile]]:
    """The files of a raw archive, cut into chunks. Errors: `UsageError` where it is no folder."""
    planned = [PlannedFile(record_id(file.source_path), file) for file in discover(raw)]
    planned.sort(key=lambda each: each.record_id)
    return cut(planned)


def part_path(parts: Path, number: int, name: str) -> Path:
    """Where the part of a chunk lies."""
    return parts / f"{number:06d}" / name


class ChunkWorker:
    """Turns chunks into parts; what it has parsed serves the next chunk of the same process."""

    def __init__(self, parts: Path, limits: Limits) -> None:
        self._parts = parts
        self._limits = limits
        self._reader = FileReader(limits)
        self._memory = ItemMemory()

    def make_parts(self, chunk: Chunk[PlannedFile]) -> ChunkDone:
        """Read the files of a chunk and write its parts."""
        batch = Batch(self._memory)
        bytes_read = sum(self._add(batch, planned.file) for planned in chunk.files)
        part_path(self._parts, chunk.number, "").mkdir(parents=True)
        tables = batch.tables()
        for name in TABLES:
            path = part_path(self._parts, chunk.number, f"{name}.parquet")
            write_part(tables[name], schema(name), path)
        self._set_related_aside(chunk.number, tables[RELATED])
        return ChunkDone(chunk.number, len(chunk.files), bytes_read)

    def _add(self, batch: Batch, file: RawFile) -> int:
        try:
            data = read_bytes(file, self._limits)
        except FileRejected as rejection:
            batch.add(FileFacts(file.source_path, "other", file.size, None), rejection)
            return 0
        digest = hashlib.sha256(data).hexdigest()
        try:
            record = self._reader.read(file.source_path, data)
        except FileRejected as rejection:
            record = rejection
        kind = kind_of(file.source_path, data, record)
        batch.add(FileFacts(file.source_path, kind, len(data), digest), record)
        return len(data)

    def _set_related_aside(self, number: int, related: pa.Table) -> None:
        feather.write_feather(related, part_path(self._parts, number, f"{RELATED}.arrow"))
        urls = related["canonical_url"].combine_chunks().dictionary
        listed = pa.table(
            {
                "chunk": pa.repeat(pa.scalar(number, pa.int32()), len(urls)),
                "place": pa.array(range(len(urls)), pa.int32()),
                "canonical_url": urls,
            }
        )
        pq.write_table(listed, part_path(self._parts, number, "urls.parquet"))

    def finish_related(self, number: int, owners: pa.Table) -> int:
        """Write the `related_items` part; `owners` (place, article_id) are the URLs that resolve.

        Gives the number of the chunk.
        """
        related = feather.read_table(part_path(self._parts, number, f"{RELATED}.arrow"))
        wanted = schema(RELATED)
        index = wanted.get_field_index("related_article_id")
        resolved = related.add_column(
            index, wanted.field(index).name, _owner_of(related["canonical_url"], owners)
        )
        path = part_path(self._parts, number, f"{RELATED}.parquet")
        write_part(resolved.combine_chunks(), wanted, path)
        return number


def _owner_of(urls: pa.ChunkedArray, owners: pa.Table) -> pa.Array:
    """The owning article of each URL, as a dictionary array; null where none owns it."""
    encoded = urls.combine_chunks()
    owner_of_place: list[int | None] = [None] * len(encoded.dictionary)
    for number, place in enumerate(owners["place"].to_pylist()):
        owner_of_place[place] = number
    indices = pa.array(owner_of_place, pa.int32()).take(encoded.indices)
    return pa.DictionaryArray.from_arrays(indices, owners["article_id"].combine_chunks())
