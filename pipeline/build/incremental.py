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
from pipeline.core.results import Progress
from pipeline.engines.engine import Cluster, FormerRows, ParsedRows
from pipeline.publish.output import FolderOutput
from pipeline.publish.work_dir import WorkDir
from pipeline.sources.change_detection import Changes
from pipeline.sources.folder import readable
from pipeline.sources.listing import digest_at
from pipeline.sources.raw_archive import RawArchive
from pipeline.sources.source import Reading
from pipeline.transform.file_names import record_id


@dataclass(frozen=True, slots=True)
class Plan:
    """One build of `archive`, to be made in `work` and published in `output`: `changes` are the
    files that must be parsed, `new` is filled with what the next run will know.

    `old` is what the published build was made from, None where nothing of it may be used. `force`
    has a build without articles replace one that has some. Spark works at the address `spark`,
    which is None where DuckDB makes the build.
    """

    archive: RawArchive
    work: WorkDir
    output: FolderOutput
    run_id: str
    new: State
    old: State | None
    changes: Changes
    limits: Limits
    configuration: Configuration
    workers: int
    progress: Progress
    force: bool
    spark: str | None = None

    @property
    def engine(self) -> str:
        """What the manifest calls the engine."""
        return "spark" if self.spark else "duckdb"


@dataclass(frozen=True, slots=True)
class TidyRows:
    """The rows of each tidy table; the bytes that were read; and what of the last run still holds,
    None where nothing does."""

    tables: dict[str, ParsedRows]
    bytes_read: int
    old: State | None
    reasons: tuple[str, ...]


def tidy_rows(plan: Plan, cluster: Cluster | None = None) -> TidyRows:
    """Parse what changed, here or on a cluster; fills the digests of `plan.new`.

    Where a table of the published build is damaged, all files are parsed.
    """
    old, changes, reasons = plan.old, plan.changes, []
    parsed_tables = [each for each in relations().values() if each.is_parsed]
    if old and not all(_is_whole(each, old, plan) for each in parsed_tables):
        reasons.append("everything: a published table is damaged")
        old, changes = None, Changes.of_all(plan.new.listing)
    files: dict[str, list[Path]] = defaultdict(list)
    bytes_read = 0
    for parsed in _parse(plan, changes, cluster):
        bytes_read += parsed.bytes_read
        for name, file in parsed.files.items():
            files[name].append(file)
    tables = {}
    for each in parsed_tables:
        former = _former(each, old, plan, changes) if old else None
        tables[each.name] = ParsedRows(files[each.name], former)
    total = len(plan.new.listing.names)
    reasons.insert(0, f"{len(changes.to_parse):,} of {total:,} files parsed")
    return TidyRows(tables, bytes_read, old, tuple(reasons))


def _parse(plan: Plan, changes: Changes, cluster: Cluster | None) -> Iterator[Parsed]:
    """Parse the files that must be, share by share, and note the digest of each."""
    listing = plan.new.listing
    plan.new.digests = changes.digests
    shares = plan.archive.shares(changes.to_parse)
    inputs = (
        _share(plan, number, reading)
        for number, reading in enumerate(plan.archive.readings(shares))
    )
    done, total = len(listing.names) - len(changes.to_parse), len(listing.names)
    plan.progress("read", done, total)
    if cluster:
        results = cluster.map(parse_share, inputs)
    else:
        results = map_in_order(parse_share, inputs, len(shares), plan.workers)
    for indices, parsed in zip(shares, results, strict=True):
        for place, index in enumerate(indices):
            changes.note(index, digest_at(parsed.digests, place))
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
    file = plan.output.layout.root / relations()["files"].file
    column = pq.read_table(file, columns=["source_path"], partitioning=None)["source_path"]
    records = column.to_pylist()
    return [record for record in records if record.rpartition("#")[0] in several]


def _share(plan: Plan, number: int, reading: Reading) -> Share:
    staging, limits, configuration = plan.work.staging, plan.limits, plan.configuration
    if plan.spark is None:
        return Share(number, reading, staging, limits, configuration)
    return Share(number, reading, staging.resolve(), limits, configuration, form="parquet")


def _is_whole(table: Relation, old: State, plan: Plan) -> bool:
    """Whether a table of the published build is what the last run wrote."""
    files = table.files_in(old.files)
    root = plan.output.layout.root
    return bool(files) and all(digest_of(root / file) == old.files[file] for file in files)


def _former(table: Relation, old: State, plan: Plan, changes: Changes) -> FormerRows:
    """The rows of files that have not changed, as the published build holds them."""
    files = [plan.output.layout.root / file for file in table.files_in(old.files)]
    names = plan.new.listing.names
    paths = [readable(names[index]) for index in changes.to_parse]
    paths += [readable(name) for name in changes.gone]
    is_record = plan.configuration.is_record  # the row of such a name is that of a record
    paths = [path for path in paths if not is_record(path)] + _records_of(paths, plan)
    for key in ("source_path", "article_id", "page_id"):
        if key in table.column_names:
            values = paths if key == "source_path" else [record_id(path) for path in paths]
            return FormerRows(files, key, pa.array(values, pa.string()))
    raise DefinitionError(f"{table.name}: no column leads to the raw file of a row")
