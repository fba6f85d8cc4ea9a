"""What an engine does for a build, whichever engine it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import pyarrow as pa

from pipeline.core.catalog import Relation
from pipeline.core.results import Finding
from pipeline.engines.dependencies import Graph


@dataclass(frozen=True, slots=True)
class FormerRows:
    """Rows of a table that a former build holds: all of `file` (Parquet), but for those whose
    `key` column has a value in `replaced`."""

    file: Path
    key: str
    replaced: pa.Array


@dataclass(frozen=True, slots=True)
class ParsedRows:
    """The rows of one tidy table: files in the Arrow IPC format, and what a former build holds."""

    files: Sequence[Path]
    former: FormerRows | None = None


@dataclass(frozen=True, slots=True)
class Materialize:
    """Make a relation from its SELECT, and write it to the Parquet file `target`."""

    relation: Relation
    target: Path


@dataclass(frozen=True, slots=True)
class Load:
    """Take a relation over from a Parquet file of a former build; nothing is written."""

    relation: Relation
    file: Path


@dataclass(frozen=True, slots=True)
class Check:
    """Run one check: a SELECT of the rows that offend against a rule."""

    name: str
    query: str


Task: TypeAlias = Materialize | Load | Check


@dataclass(frozen=True, slots=True)
class Written:
    """A relation as it is now: the number of its rows, and the SHA-256 of its Parquet file."""

    rows: int
    sha256: str


Result: TypeAlias = Written | Finding | None


@dataclass(frozen=True, slots=True)
class Cached:
    """A result that is known without any work."""

    result: Result


class Engine(Protocol):
    """Makes the relations of one build. Rows of a table are held in the order of its key."""

    def register(self, table: str, rows: ParsedRows) -> None:
        """Let SELECTs read the rows of a tidy table under the name `parsed_<table>`."""

    def run(
        self,
        reads: Graph,
        begin: Callable[[str], Task | Cached],
        end: Callable[[str, Result], None],
    ) -> None:
        """Do a task for every name of `reads`, each after those it reads.

        `begin` gives the task and `end` takes its result (None of a check that finds no row, and of
        a relation that is loaded); both are called in the thread of the caller. Errors: what a
        task, `begin` or `end` raises; nothing is left running then.
        """

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a SELECT, each a mapping by column; for results that are small."""

    def finish(self, run_id: str) -> None:
        """Write what the database says of itself: comments on relations and columns, the run id."""
