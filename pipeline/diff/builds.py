"""Two builds compared: each table and mart that differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.core.catalog import Relation, relations
from pipeline.core.difference import Difference
from pipeline.diff.relations import compare_relation


@dataclass(frozen=True, slots=True)
class Side:
    """One of the builds: its run, the digest of each of its files, and where a file can be read."""

    run_id: str
    digests: Mapping[str, str]
    path: Callable[[str], Path]


def compare_builds(
    old: Side, new: Side, *, of: Callable[[Relation], bool] = lambda _: True
) -> Difference:
    """Compare the tables and marts that this newsloom defines, or those for which `of` is true.

    Files of equal digests are not read. Errors: `duckdb.Error` or `OSError` where one is damaged.
    """
    known = {each.file: each for each in relations().values() if of(each)}
    both = [file for file in known if file in old.digests and file in new.digests]
    differing = [file for file in both if old.digests[file] != new.digests[file]]
    with duckdb.connect(config={"python_enable_replacements": False}) as connection:
        connection.execute("set TimeZone = 'UTC'; set parquet_metadata_cache = true")
        compared = tuple(
            compare_relation(connection, known[file], old.path(file), new.path(file))
            for file in differing
        )
    return Difference(
        old=old.run_id,
        new=new.run_id,
        relations=compared,
        unchanged=tuple(known[file].name for file in both if file not in differing),
        added=_only_in(new, old),
        removed=_only_in(old, new),
    )


def _only_in(one: Side, other: Side) -> tuple[str, ...]:
    """The tables and marts that only one build has."""
    files = (
        file for file in one.digests if file.endswith(".parquet") and file not in other.digests
    )
    return tuple(sorted(Path(file).stem for file in files))
