"""What an engine does for a build, whichever engine it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pyarrow as pa

from pipeline.core.catalog import Relation
from pipeline.core.results import Finding

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class FormerRows:
    """Rows of a table that a former build holds: all of `files` (Parquet), but for those whose
    `key` column has a value in `replaced`."""

    files: Sequence[Path]
    key: str
    replaced: pa.Array


@dataclass(frozen=True, slots=True)
class ParsedRows:
    """The rows of one tidy table: files in the Arrow IPC format, for Spark in Parquet, and what a
    former build holds."""

    files: Sequence[Path]
    former: FormerRows | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A relation as it is now: the number of its rows, and the SHA-256 of each of its Parquet
    files, in the order of the rows."""

    rows: int
    files: Mapping[Path, str]


class Cluster(Protocol):
    """Other machines, whose processes can call functions."""

    def map(self, function: Callable[[T], R], inputs: Iterable[T]) -> Iterator[R]:
        """Call a function on each input; results come in their order. Both are pickled."""


class Engine(Protocol):
    """Makes the relations of one build, each after those its SELECT reads. Rows of a table are held
    in the order of its key. Nothing is left running where one of these raises."""

    def make(self, relation: Relation, parsed: ParsedRows | None, target: Path) -> Written:
        """Make a relation from its SELECT, and write it to the Parquet file `target`, or to
        several in a folder of that name.

        The SELECT may read `parsed` under the name `parsed_<relation>`. Errors: `DefinitionError`
        where its columns are not those of the definition.
        """

    def load(self, relation: Relation, files: Sequence[Path]) -> None:
        """Take a relation over from Parquet files of a former build; nothing is written."""

    def check(self, name: str, query: str) -> Finding | None:
        """Run one check, a SELECT of the rows that offend against a rule; None where there are
        none."""

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a SELECT, each a mapping by column; for results that are small."""

    def table(self, query: str) -> pa.Table:
        """The rows of a SELECT as an Arrow table."""

    def finish(self, run_id: str) -> None:
        """Write what the database says of itself: comments on relations and columns, the run id."""
