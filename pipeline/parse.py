"""Parse raw files: bytes in, the rows of every tidy table out. The one entry to extract and
transform.

Pure: a file alone decides its own rows. Nothing here knows other files, the disk, DuckDB, or who
calls it, so that a process of the local pool and an executor of a cluster call the same function.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pyarrow as pa

from pipeline.core.errors import FileRejected, Problem
from pipeline.core.garbage import collection_paused
from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.core.records import FrontMatter
from pipeline.extract.columnar.reader import read_files
from pipeline.extract.file_reader import NO_CATEGORY, Extracted, kind_of, read_file
from pipeline.extract.front_matter.columns import as_columns
from pipeline.transform.articles import cast_files
from pipeline.transform.batch import Batch, FileFacts

_MOST_HELD = 100_000
"""Records read one by one are cast together, but no more than of so many values."""


def parse(contents: Sequence[RawContent], limits: Limits) -> dict[str, pa.Table]:
    """Make the rows that these files give to each tidy table, in the columns of the catalog.

    Every file is one row of `files`; a file that cannot be used, and a field that is lost, is a
    row of `rejects`. `related_items` lacks `related_article_id`, which depends on the whole
    archive. Rows come in the order of the files; keys are unique if the source paths are.
    """
    # Parsing makes objects by the hundred thousand and hardly a cycle among them.
    with collection_paused():
        return _batch(contents, limits).tables()


def _batch(contents: Sequence[RawContent], limits: Limits) -> Batch:
    """All files: those that cannot be read all at once are read one by one."""
    batch = Batch(limits)
    paths = [each.source_path for each in contents]
    known: dict[int, Extracted | None] = {}
    files = read_files([each.data for each in contents], limits)
    if files is not None:
        at_once = cast_files(files, paths, limits)
        known = dict.fromkeys(at_once.tables.files.tolist())
        known |= dict.fromkeys(at_once.skipped.tolist(), NO_CATEGORY)
        batch.add_articles(at_once)
    held: dict[int, FrontMatter] = {}
    values = 0
    for number, each in enumerate(contents):
        record = known[number] if number in known else _read(each, limits)
        batch.add(_facts(each, record), record)
        if isinstance(record, FrontMatter):
            held[number] = record
            values += len(record.lines)
        if values > _MOST_HELD:
            batch.add_articles(cast_files(as_columns(held, limits), paths, limits))
            held, values = {}, 0
    batch.add_articles(cast_files(as_columns(held, limits), paths, limits))
    return batch


def _read(content: RawContent, limits: Limits) -> Extracted | Problem:
    if content.data is None:
        return content.problem or Problem("unreadable_file", "cannot be read")
    try:
        return read_file(content.source_path, content.data, limits)
    except FileRejected as rejection:
        return rejection.problem


def _facts(content: RawContent, record: Extracted | Problem | None) -> FileFacts:
    if content.data is None:
        return FileFacts(content.source_path, "other", content.size, None)
    digest = hashlib.sha256(content.data).hexdigest()
    kind = kind_of(content.data, record)
    return FileFacts(content.source_path, kind, len(content.data), digest)
