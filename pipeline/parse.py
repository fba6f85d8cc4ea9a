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
from pipeline.extract.columnar.reader import read_files
from pipeline.extract.file_reader import NO_CATEGORY, Extracted, kind_of, read_file
from pipeline.transform.batch import Batch, FileFacts
from pipeline.transform.columnar.articles import ColumnarArticles, cast_files


def parse(contents: Sequence[RawContent], limits: Limits) -> dict[str, pa.Table]:
    """The rows that these files give to each tidy table, in the columns of the catalog.

    Every file is one row of `files`; a file that cannot be used, and a field that is lost, is a
    row of `rejects`. `related_items` lacks `related_article_id`, which depends on the whole
    archive. Rows come in the order of the files; keys are unique if the source paths are.
    """
    with _garbage_collection_paused():
        files = read_files([each.data for each in contents], limits)
        paths = [each.source_path for each in contents]
        columnar = cast_files(files, paths, limits) if files else None
        return _batch(contents, columnar, limits).tables(columnar.tables if columnar else None)


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


def _batch(
    contents: Sequence[RawContent], columnar: ColumnarArticles | None, limits: Limits
) -> Batch:
    """All files: those that are not among the columnar ones are read one by one."""
    loaded = frozenset(columnar.tables.files.tolist()) if columnar else frozenset()
    skipped = frozenset(columnar.skipped.tolist()) if columnar else frozenset()
    batch = Batch(limits)
    for number, each in enumerate(contents):
        if each.data is None:
            problem = each.problem or Problem("unreadable_file", "cannot be read")
            batch.add(FileFacts(each.source_path, "other", each.size, None), problem)
            continue
        digest = hashlib.sha256(each.data).hexdigest()
        if number in loaded:
            batch.add_columnar(FileFacts(each.source_path, "article", len(each.data), digest))
            continue
        record = NO_CATEGORY if number in skipped else _read(each.source_path, each.data, limits)
        kind = kind_of(each.data, record)
        batch.add(FileFacts(each.source_path, kind, len(each.data), digest), record)
    return batch


def _read(source_path: str, data: bytes, limits: Limits) -> Extracted | Problem:
    try:
        return read_file(source_path, data, limits)
    except FileRejected as rejection:
        return rejection.problem
