"""What a process of the pool does: read a share of the archive, parse it, keep the rows on disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.core.errors import FileRejected
from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.parse import parse
from pipeline.sources.folder import RawFile, read_bytes
from pipeline.sources.folder_handles import FolderHandles
from pipeline.sources.listing import UNREAD

_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True, slots=True)
class Share:
    """Some files of the archive, which lie below the folder `root`, and where their rows go."""

    number: int
    root: bytes
    files: tuple[RawFile, ...]
    folder: Path
    limits: Limits


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of a share: the SHA-256 of each file (`UNREAD` where it could not be read), one
    after the other, the bytes read, and the Arrow IPC file of each table that has rows."""

    digests: bytes
    bytes_read: int
    files: dict[str, Path]


def parse_share(share: Share) -> Parsed:
    """Read and parse the files of a share. Errors: `OSError` where the rows cannot be written."""
    with FolderHandles(share.root) as folders:
        contents = [_content(file, folders, share.limits) for file in share.files]
    tables = parse(contents, share.limits)
    digests = tables["files"]["sha256"].to_pylist()
    bytes_read = sum(len(each.data) for each in contents if each.data is not None)
    digest = b"".join(bytes.fromhex(each) if each else UNREAD for each in digests)
    return Parsed(digest, bytes_read, dict(_written(tables, share)))


def _content(file: RawFile, folders: FolderHandles, limits: Limits) -> RawContent:
    """The bytes of a file, or the problem that there are none."""
    try:
        return RawContent(file.source_path, file.size, read_bytes(file, folders, limits))
    except FileRejected as rejection:
        return RawContent(file.source_path, file.size, None, rejection.problem)


def _written(tables: dict[str, pa.Table], share: Share) -> Iterator[tuple[str, Path]]:
    """Write the rows of each table that has any; gives the files by table."""
    for name, table in tables.items():
        if table.num_rows:
            path = share.folder / f"{name}-{share.number}.arrow"
            # Not pyarrow.feather, which writes the same but is slow to import; and an open file,
            # because a path may look like an address.
            with (
                path.open("wb") as sink,
                pa.ipc.new_file(sink, table.schema, options=_OPTIONS) as file,
            ):
                file.write_table(table)
            yield name, path
