"""Two builds compared: each table and mart that differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import duckdb

from pipeline.core.catalog import Relation, relations
from pipeline.core.difference import Difference, RelationDifference
from pipeline.diff.relations import compare_relation


@dataclass(frozen=True, slots=True)
class Side:
    """One of the builds: its run, the digest of each of its files, and where a file can be read."""

    run_id: str
    digests: Mapping[str, str]
    path: Callable[[str], Path]

    def files(self, relation: Relation) -> list[str]:
        """The files of a relation, none where the build does not have it."""
        return relation.files_in(self.digests)

    def paths(self, relation: Relation) -> list[Path]:
        """Where these can be read."""
        return [self.path(file) for file in self.files(relation)]

    def has_same(self, relation: Relation, other: Side) -> bool:
        """Whether the files of a relation are the same in another build."""
        mine = {file: self.digests[file] for file in self.files(relation)}
        return mine == {file: other.digests[file] for file in other.files(relation)}


def compare_builds(
    old: Side, new: Side, *, of: Callable[[Relation], bool] = lambda _: True
) -> Difference:
    """Compare the tables and marts that this newsloom defines, or those for which `of` is true.

    Files of equal digests are not read. Errors: `duckdb.Error` or `OSError` where one is damaged.
    """
    known = [each for each in relations().values() if of(each)]
    both = [each for each in known if old.files(each) and new.files(each)]
    differing = [each for each in both if not old.has_same(each, new)]
    with duckdb.connect(config={"python_enable_replacements": False}) as connection:
        connection.execute("set TimeZone = 'UTC'; set parquet_metadata_cache = true")
        compared = tuple(
            compare_relation(connection, each, old.paths(each), new.paths(each))
            for each in differing
        )
    relations_changed = tuple(each for each in compared if _is_changed(each))
    names_changed = {each.name for each in relations_changed}
    names = (each.name for each in both)
    return Difference(
        old=old.run_id,
        new=new.run_id,
        relations=relations_changed,
        unchanged=tuple(name for name in names if name not in names_changed),
        added=_only_in(new, old),
        removed=_only_in(old, new),
    )


def _is_changed(each: RelationDifference) -> bool:
    """Whether rows or columns differ; a file may differ in the descriptions it holds alone."""
    rows = each.added or each.removed or each.changed
    return bool(rows or each.columns_added or each.columns_removed)


def _only_in(one: Side, other: Side) -> tuple[str, ...]:
    """The tables and marts that only one build has."""
    return tuple(sorted(_names(one) - _names(other)))


def _names(side: Side) -> set[str]:
    """The names of the tables and marts of a build; a file of one lies in a folder of its name
    where there are several."""
    files = (PurePosixPath(file) for file in side.digests if file.endswith(".parquet"))
    return {PurePosixPath(file.parts[1]).stem for file in files}
