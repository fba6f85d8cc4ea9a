"""The rows of the tidy tables: of files that changed by parsing, of all others from the last build.

The published build is the cache. It is trusted only while its tables are what the last run wrote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.build.state import State
from pipeline.build.worker import Parsed, Share, parse_share
from pipeline.build.worker_pool import map_in_order
from pipeline.core.catalog import Relation, relations
from pipeline.core.configuration import Configuration
from pipeline.core.digests import digest_of
from pipeline.core.errors import DefinitionError
from pipeline.core.limits import Limits
from pipeline.core.paths import Layout
from pipeline.core.results import Progress
from pipeline.engines.engine import FormerRows, ParsedRows
from pipeline.publish.work_dir import WorkDir
from pipeline.sources.change_detection import Changes
from pipeline.sources.folder import readable
from pipeline.sources.listing import DIGEST_BYTES
from pipeline.sources.raw_archive import RawArchive
from pipeline.transform.articles import record_id


@dataclass(frozen=True, slots=True)
class Plan:
    """One build of `archive`, to be made in `work` and published in `layout`: `changes` are the
    files that must be parsed, `new` is filled with what the next run will know.

    `old` is what the published build was made from, None where nothing of it may be used.
    """

    archive: RawArchive
    work: WorkDir
    layout: Layout
    run_id: str
    new: State
    old: State | None
    changes: Changes
    limits: Limits
    configuration: Configuration
    workers: int
    progress: Progress


@dataclass(frozen=True, slots=True)
class TidyRows:
    """The rows of each tidy table; the bytes that were read; and what of the last run still holds,
    None where nothing does."""

    tables: dict[str, ParsedRows]
    bytes_read: int
    old: State | None
    reasons: tuple[str, ...]


def tidy_rows(plan: Plan) -> TidyRows:
    """Parse what changed; fills the digests of `plan.new`.

    Where a table of the published build is damaged, all files are parsed.
    """
    old, changes, reasons = plan.old, plan.changes, []
    parsed_tables = [each for each in relations().values() if each.is_parsed]
    published = {each.name: plan.layout.root / each.file for each in parsed_tables}
    if old and any(digest_of(published[e.name]) != old.files.get(e.file) for e in parsed_tables):
        reasons.append("everything: a published table is damaged")
        old, changes = None, Changes.of_all(plan.new.listing)
    files: dict[str, list[Path]] = defaultdict(list)
    bytes_read = 0
    for parsed in _parse(plan, changes):
        bytes_read += parsed.bytes_read
        for name, file in parsed.files.items():
            files[name].append(file)
    tables = {}
    for each in parsed_tables:
        former = _former(each, published[each.name], plan, changes) if old else None
        tables[each.name] = ParsedRows(files[each.name], former)
    total = len(plan.new.listing.names)
    reasons.insert(0, f"{len(changes.to_parse):,} of {total:,} files parsed")
    return TidyRows(tables, bytes_read, old, tuple(reasons))


def _parse(plan: Plan, changes: Changes) -> Iterator[Parsed]:
    """Parse the files that must be, share by share, and note the digest of each."""
    listing, digests = plan.new.listing, changes.digests
    plan.new.digests = digests
    shares = plan.archive.shares(changes.to_parse)
    inputs = (
        Share(number, reading, plan.work.staging, plan.limits, plan.configuration)
        for number, reading in enumerate(plan.archive.readings(shares))
    )
    done, total = len(listing.names) - len(changes.to_parse), len(listing.names)
    plan.progress("read", done, total)
    results = map_in_order(parse_share, inputs, len(shares), plan.workers)
    for indices, parsed in zip(shares, results, strict=True):
        for place, index in enumerate(indices):
            digest = parsed.digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]
            digests[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES] = digest
        yield parsed
        done += len(indices)
        plan.progress("read", done, total)


def _records_of(paths: list[str], plan: Plan) -> list[str]:
    """What the published build has of those files that may hold several records, or are called as
    a record is."""
    of = plan.configuration
    several = {path for path in paths if of.form_of(path) or of.is_record(path)}
    if not several:
        return []
    file = plan.layout.root / relations()["files"].file
    records = pq.read_table(file, columns=["source_path"])["source_path"].to_pylist()
    return [record for record in records if record.rpartition("#")[0] in several]


def _former(table: Relation, file: Path, plan: Plan, changes: Changes) -> FormerRows:
    """The rows of files that have not changed, as the published build holds them in `file`."""
    names = plan.new.listing.names
    paths = [readable(names[index]) for index in changes.to_parse]
    paths += [readable(name) for name in changes.gone]
    is_record = plan.configuration.is_record  # the row of such a name is that of a record
    paths = [path for path in paths if not is_record(path)] + _records_of(paths, plan)
    for key in ("source_path", "article_id", "page_id"):
        if key in table.column_names:
            values = paths if key == "source_path" else [record_id(path) for path in paths]
            return FormerRows(file, key, pa.array(values, pa.string()))
    raise DefinitionError(f"{table.name}: no column leads to the raw file of a row")
