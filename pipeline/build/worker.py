"""What a process of the pool does: read a share of the archive, parse it, keep the rows on disk."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.core.configuration import CONTRACT, Configuration
from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.parse import parse, without_name_of_record
from pipeline.sources.listing import UNREAD
from pipeline.sources.source import Reading

_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True, slots=True)
class Share:
    """Some files of the archive, and where their rows go, in files that end in `form`: arrow or
    parquet."""

    number: int
    reading: Reading
    folder: Path
    limits: Limits
    configuration: Configuration = CONTRACT
    form: str = "arrow"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of a share: the SHA-256 of each file (`UNREAD` where it could not be read), one
    after the other, the bytes read, and the file of each table that has rows."""

    digests: bytes
    bytes_read: int
    files: dict[str, Path]


def parse_share(share: Share) -> Parsed:
    """Read and parse the files of a share. Errors: `OSError` where the rows cannot be written;
    `SourceFailed` where the source cannot be read on."""
    found = share.reading.contents(share.limits)
    contents = [without_name_of_record(each, share.configuration) for each in found]
    tables = parse(contents, share.limits, share.configuration)
    bytes_read = sum(len(each.data) for each in contents if each.data is not None)
    return Parsed(b"".join(_digests(contents, tables)), bytes_read, dict(_written(tables, share)))


def _digests(contents: Sequence[RawContent], tables: dict[str, pa.Table]) -> Iterator[bytes]:
    """The digest of each file: that of its row or, where its records have rows, of its bytes."""
    files = tables["files"].select(("source_path", "sha256")).to_pydict()
    known = dict(zip(*files.values(), strict=True))
    for each in contents:
        if each.data is None:
            yield UNREAD
        elif known.get(each.source_path):
            yield bytes.fromhex(known[each.source_path])
        else:
            yield hashlib.sha256(each.data).digest()


def _written(tables: dict[str, pa.Table], share: Share) -> Iterator[tuple[str, Path]]:
    """Write the rows of each table that has any; gives the files by table."""
    for name, table in tables.items():
        if table.num_rows and share.form == "parquet":
            import pyarrow.parquet as pq

            # Spark may have two tasks at the same share: each has files of its own.
            path = share.folder / f"{name}-{share.number}-{secrets.token_hex(8)}.parquet"
            # The schema of Arrow has dictionaries, which are none of Spark's.
            pq.write_table(table, path, compression="zstd", store_schema=False)
            yield name, path
        elif table.num_rows:
            path = share.folder / f"{name}-{share.number}.arrow"
            # Not pyarrow.feather, which writes the same but is slow to import; and an open file,
            # because a path may look like an address.
            with (
                path.open("wb") as sink,
                pa.ipc.new_file(sink, table.schema, options=_OPTIONS) as file,
            ):
                file.write_table(table)
            yield name, path
