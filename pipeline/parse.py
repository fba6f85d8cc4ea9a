"""Parse raw files: bytes in, the rows of every tidy table out. The one entry to extract and
transform.

Pure: a file alone decides its own rows. Nothing here knows other files, the disk, DuckDB, or who
calls it, so that a process of the local pool and an executor of a cluster call the same function.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import pyarrow as pa

from pipeline.core.columnar import ColumnarFiles
from pipeline.core.configuration import CONTRACT, Configuration
from pipeline.core.errors import FileRejected, Problem
from pipeline.core.garbage import collection_paused
from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.core.records import FrontMatter
from pipeline.extract.columnar.reader import read_files
from pipeline.extract.file_reader import NO_CATEGORY, Extracted, kind_of, read_file
from pipeline.extract.front_matter.columns import as_columns
from pipeline.extract.json_records import split_records
from pipeline.transform.articles import Articles, cast_files
from pipeline.transform.batch import Batch, FileFacts
from pipeline.transform.configured_values import with_values

_MOST_HELD = 100_000
"""Records read one by one are cast together, but no more than of so many values."""


def parse(
    contents: Sequence[RawContent], limits: Limits, configuration: Configuration = CONTRACT
) -> dict[str, pa.Table]:
    """Make the rows that these files give to each tidy table, in the columns of the catalog.

    Every file is one row of `files`, or each record of a file of several; what cannot be used, and
    a field that is lost, is a row of `rejects`. `related_items` lacks `related_article_id`, which
    depends on the whole archive. Rows come in the order of the files; keys are unique if the source
    paths are.
    """
    # Parsing makes objects by the hundred thousand and hardly a cycle among them.
    with collection_paused():
        records = [
            each for content in contents for each in _records(content, limits, configuration)
        ]
        return _batch(records, limits, configuration).tables()


def without_name_of_record(content: RawContent, configuration: Configuration) -> RawContent:
    """A file that is called as a record is: by that name and `#0`, which no record has, and with a
    problem in place of its content. Any other file as it is."""
    if not configuration.is_record(content.source_path):
        return content
    problem = Problem("duplicate_path", "the file is called as a record of a JSON file")
    return RawContent(f"{content.source_path}#0", content.size, None, problem)


def _records(
    content: RawContent, limits: Limits, configuration: Configuration
) -> Iterable[RawContent]:
    """The records of a file, which is one itself unless it may hold several."""
    form = configuration.form_of(content.source_path)
    return split_records(content, form, limits) if form else (content,)


def _batch(contents: Sequence[RawContent], limits: Limits, configuration: Configuration) -> Batch:
    """All files: those that cannot be read all at once are read one by one."""

    def cast(files: ColumnarFiles) -> Articles:
        valued = with_values(files, paths, configuration)
        return cast_files(valued, paths, limits, configuration)

    batch = Batch(limits)
    paths = [each.source_path for each in contents]
    known: dict[int, Extracted | None] = {}
    files = read_files([each.data for each in contents], limits, configuration)
    if files is not None:
        at_once = cast(files)
        known = dict.fromkeys(at_once.tables.files.tolist())
        known |= dict.fromkeys(at_once.skipped.tolist(), NO_CATEGORY)
        batch.add_articles(at_once)
    held: dict[int, FrontMatter] = {}
    values = 0
    for number, each in enumerate(contents):
        record = known[number] if number in known else _read(each, limits, configuration)
        batch.add(_facts(each, record, configuration), record)
        if isinstance(record, FrontMatter):
            held[number] = record
            values += len(record.lines)
        if values > _MOST_HELD:
            batch.add_articles(cast(as_columns(held, limits)))
            held, values = {}, 0
    batch.add_articles(cast(as_columns(held, limits)))
    return batch


def _read(content: RawContent, limits: Limits, configuration: Configuration) -> Extracted | Problem:
    if content.data is None:
        return content.problem or Problem("unreadable_file", "cannot be read")
    try:
        path, line = content.source_path, content.first_line
        return read_file(path, content.data, limits, configuration, line)
    except FileRejected as rejection:
        return rejection.problem


def _facts(
    content: RawContent, record: Extracted | Problem | None, configuration: Configuration
) -> FileFacts:
    kind, size, digest = "other", content.size, None
    if content.data is not None:
        kind = kind_of(content.source_path, content.data, record, configuration)
        size, digest = len(content.data), hashlib.sha256(content.data).hexdigest()
    times = content.collected_at, content.revised_at
    return FileFacts(content.source_path, kind, size, digest, *times)
