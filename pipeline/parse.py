"""Parses raw files: bytes in, the rows of every tidy table out. The one entry to extract and
transform.

Pure: a file alone decides its own rows. Nothing here knows other files, the disk, DuckDB, or who
calls it, so that a process of the local pool and an executor of a cluster call the same function.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from pipeline.core.errors import FileRejected, Problem
from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.extract.columnar.reader import read_bulk
from pipeline.extract.file_reader import NO_CATEGORY, Extracted, FileReader, kind_of
from pipeline.transform.batch import Batch, FileFacts
from pipeline.transform.columnar.articles import Cast, cast_bulk


def parse(contents: Sequence[RawContent], limits: Limits) -> dict[str, pa.Table]:
    """The rows that these files give to each tidy table, in the columns of the catalog.

    Every file is one row of `files`; a file that cannot be used, and a field that is lost, is a
    row of `rejects`. `related_items` lacks `related_article_id`, which only the whole archive can
    tell. Rows come in the order of the files; keys are unique if the source paths are.
    """
    with _garbage_collection_paused():
        bulk = read_bulk([each.data for each in contents], limits)
        cast = cast_bulk(bulk, [each.source_path for each in contents], limits) if bulk else None
        return _batch(contents, cast, limits).tables(cast)


@contextmanager
def _garbage_collection_paused() -> Iterator[None]:
    """Parsing makes objects by the hundred thousand and hardly a cycle among them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _batch(contents: Sequence[RawContent], cast: Cast | None, limits: Limits) -> Batch:
    """The files that columns did not settle, read one by one; those they did, by name only."""
    loaded = frozenset(cast.loaded.tolist()) if cast else frozenset()
    skipped = frozenset(cast.skipped.tolist()) if cast else frozenset()
    reader, batch = FileReader(limits), Batch(limits)
    for number, each in enumerate(contents):
        if each.data is None:
            problem = each.problem or Problem("unreadable_file", "cannot be read")
            batch.add(FileFacts(each.source_path, "other", each.size, None), problem)
            continue
        digest = hashlib.sha256(each.data).hexdigest()
        if number in loaded:
            batch.add_cast(FileFacts(each.source_path, "article", len(each.data), digest))
            continue
        record = NO_CATEGORY if number in skipped else _read(reader, each.source_path, each.data)
        kind = kind_of(each.data, record)
        batch.add(FileFacts(each.source_path, kind, len(each.data), digest), record)
    return batch


def _read(reader: FileReader, source_path: str, data: bytes) -> Extracted | Problem:
    try:
        return reader.read(source_path, data)
    except FileRejected as rejection:
        return rejection.problem
