"""The rows of the tidy tables: of files that changed by parsing, of all others from the last build.

The published build is the cache. It is trusted only while its tables are what the last run wrote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.build.shares import cut
from pipeline.build.state import State
from pipeline.build.worker import Parsed, Share, parse_share
from pipeline.build.worker_pool import map_in_order
from pipeline.core.catalog import Relation, relations
from pipeline.core.digests import digest_of
from pipeline.core.errors import DefinitionError
from pipeline.core.limits import Limits
from pipeline.core.paths import Layout
from pipeline.core.results import Progress
from pipeline.engines.engine import FormerRows, ParsedRows
from pipeline.sources.change_detection import Changes
from pipeline.sources.folder import raw_file, readable
from pipeline.sources.listing import DIGEST_BYTES, Listing
from pipeline.transform.articles import record_id


@dataclass(frozen=True, slots=True)
class TidyRows:
    """The rows of each tidy table; the bytes that were read; and what of the last run still holds,
    None where nothing does."""

    tables: dict[str, ParsedRows]
    bytes_read: int
    old: State | None
    reasons: tuple[str, ...]


def tidy_rows(
    new: State,
    old: State | None,
    changes: Changes,
    published: Layout,
    scratch: Path,
    limits: Limits,
    workers: int,
    progress: Progress,
) -> TidyRows:
    """Parse what changed; fills the digests of `new`. `scratch` is a folder for parsed rows.

    Where a table of the build in `published` is damaged, all files are parsed.
    """
    reasons = []
    if old and not _tables_are_whole(published, old):
        reasons.append("everything: a published table is damaged")
        old = None
    if old is None:
        changes = Changes.of_all(new.listing)
    total = len(new.listing.names)
    reasons.insert(0, f"{len(changes.to_parse):,} of {total:,} files parsed")
    files: dict[str, list[Path]] = defaultdict(list)
    bytes_read = 0
    for parsed in _parse(new, changes, scratch, limits, workers, progress):
        bytes_read += parsed.bytes_read
        for name, file in parsed.files.items():
            files[name].append(file)
    tables = {
        table.name: ParsedRows(
            files[table.name],
            _former(table, published, new.listing, changes) if old else None,
        )
        for table in _parsed_tables()
    }
    return TidyRows(tables, bytes_read, old, tuple(reasons))


def _parsed_tables() -> list[Relation]:
    return [each for each in relations().values() if each.is_parsed]


def _tables_are_whole(published: Layout, old: State) -> bool:
    return all(
        digest_of(published.parquet("tables", each.name))
        == old.files.get(f"tables/{each.name}.parquet", "")
        for each in _parsed_tables()
    )


def _parse(
    new: State, changes: Changes, scratch: Path, limits: Limits, workers: int, progress: Progress
) -> Iterator[Parsed]:
    """Parse the files that must be, share by share, and note the digest of each."""
    listing, new.digests = new.listing, bytearray(changes.digests)
    shares = list(cut(changes.to_parse, listing.sizes))
    done, total = len(listing.names) - len(changes.to_parse), len(listing.names)
    progress("read", done, total)
    inputs = (_share(number, each, listing, scratch, limits) for number, each in enumerate(shares))
    results = map_in_order(parse_share, inputs, len(shares), workers)
    for share, parsed in zip(shares, results, strict=True):
        for place, index in enumerate(share):
            digest = parsed.digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]
            new.digests[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES] = digest
        yield parsed
        done += len(share)
        progress("read", done, total)


def _share(
    number: int, indices: Sequence[int], listing: Listing, folder: Path, limits: Limits
) -> Share:
    files = tuple(raw_file(listing, index) for index in indices)
    return Share(number, listing.root, files, folder, limits)


def _former(table: Relation, published: Layout, listing: Listing, changes: Changes) -> FormerRows:
    """The rows of files that have not changed, as the published build holds them."""
    paths = [readable(listing.names[index]) for index in changes.to_parse]
    paths += [readable(name) for name in changes.gone_names]
    for key in ("source_path", "article_id", "page_id"):
        if key in table.column_names:
            values = paths if key == "source_path" else [record_id(path) for path in paths]
            file = published.parquet("tables", table.name)
            return FormerRows(file, key, pa.array(values, pa.string()))
    raise DefinitionError(f"{table.name}: no column leads to the raw file of a row")
