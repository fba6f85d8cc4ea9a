"""The engine past one machine: Spark makes the rows, from the SELECTs that DuckDB runs elsewhere.

What Spark gives is written down unsorted. If that is little, DuckDB sorts it here and writes the
one file, as it would in a build of its own; else the executors write a file for each part, in a
folder that has the name of the file. All of them must see the folder of the build by its path.

The database has a view of each relation. Queries for the report read the files through it, and the
driver never holds a relation in memory.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.core.arrow_schema import parsed_schema, schema_of
from pipeline.core.catalog import Relation, intermediates
from pipeline.core.duckdb_paths import harmless_folder
from pipeline.core.results import Finding
from pipeline.engines.duckdb_engine import opened
from pipeline.engines.duckdb_views import DuckDBViews
from pipeline.engines.engine import ParsedRows, Written
from pipeline.engines.spark_session import SparkCluster
from pipeline.engines.spark_sql import Loop, Step, steps
from pipeline.engines.spark_tasks import PART, writing

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

PART_BYTES = 256 * 1024 * 1024
"""About as many bytes as a part takes in the memory of the task that sorts it: of text that repeats
itself much more than in a file. What is less is a single file."""

_SAMPLED_ROWS = 10_000

_TYPES: dict[pa.DataType, str] = {
    pa.string(): "string",
    pa.bool_(): "boolean",
    pa.int32(): "int",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.date32(): "date",
    pa.timestamp("us"): "timestamp_ntz",
}


class SparkEngine:
    """Makes the relations of one build on a cluster; see `Engine`.

    `scratch` is a folder, seen by all executors, for what is written down on the way.
    """

    def __init__(self, cluster: SparkCluster, views: DuckDBViews, scratch: Path) -> None:
        self._session = cluster.session
        self._views = views
        self._scratch = scratch
        self._shared: set[str] = set()
        self._numbers = count()

    def make(self, relation: Relation, parsed: ParsedRows | None, target: Path) -> Written:
        """Make a relation and write it to `target`: a file, or a folder of parts. Errors:
        `DefinitionError` where its columns are not those of the definition."""
        if parsed is not None:
            self._show_parsed(relation, parsed)
        columns = ", ".join(relation.column_names)
        query = relation.query or f"select {columns} from parsed_{relation.name}"
        with self._rows(relation.name, query, is_ordered=False) as files:
            self._views.compare(relation, files)
            written = self._write(relation, files, target)
        self.load(relation, list(written.files))
        return written

    def load(self, relation: Relation, files: Sequence[Path]) -> None:
        """Make a relation from the Parquet files that hold it."""
        self._read(files, schema_of(relation)).createOrReplaceTempView(relation.name)
        self._views.load(relation, files)

    def check(self, name: str, query: str) -> Finding | None:
        """Run one check; None where it finds no row."""
        with self._rows(name, query) as files:
            return self._views.finding(name, files) if row_count(files) else None

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a SELECT, each a mapping by column."""
        return self._views.rows(query)

    def table(self, query: str) -> pa.Table:
        """The rows of a SELECT as an Arrow table."""
        return self._views.table(query)

    def finish(self, run_id: str) -> None:
        """Write comments and the run id into the database."""
        self._views.finish(run_id)

    @contextmanager
    def _rows(self, name: str, query: str, *, is_ordered: bool = True) -> Iterator[list[Path]]:
        """The files with the rows of a SELECT, in the block only."""
        folder = self._scratch / name
        made: list[str] = []
        try:
            *views, last = steps(name, query, self._shared, is_ordered=is_ordered)
            for step in views:
                self._make_view(step, folder)
                made.append(step.name)
            yield self._save(self._session.sql(last.query), folder)
        finally:
            for view in made:
                if view in intermediates():
                    self._shared.add(view)
                else:
                    self._session.catalog.dropTempView(view)
            shutil.rmtree(folder, ignore_errors=True)

    def _make_view(self, step: Step, folder: Path) -> None:
        folder = self._scratch if step.name in intermediates() else folder
        frame = self._session.sql(step.query)
        if step.columns:
            frame = frame.toDF(*step.columns)
        if step.loop:
            frame = self._repeat(step.name, step.loop, frame, folder)
        elif step.is_kept:
            frame = self._keep(frame, folder)
        frame.createOrReplaceTempView(step.name)

    def _repeat(self, name: str, loop: Loop, frame: DataFrame, folder: Path) -> DataFrame:
        """The rows of a recursion, from the first ones."""
        found = self._keep(frame, folder)
        *views, last = loop.steps
        while True:
            found.createOrReplaceTempView(name)
            for step in views:
                self._make_view(step, folder)
            new = self._session.sql(last.query).toDF(*last.columns)
            files = self._save(new, folder)
            if not row_count(files):
                return found
            new = self._session.read.parquet(*map(str, files))
            rest = found.join(new, list(loop.key), "left_anti")
            found = self._keep(rest.unionByName(new), folder)

    def _keep(self, frame: DataFrame, folder: Path) -> DataFrame:
        """The same rows, written down."""
        return self._session.read.parquet(*map(str, self._save(frame, folder)))

    def _save(self, frame: DataFrame, folder: Path) -> list[Path]:
        """Write rows to Parquet files in a new folder; there is always one, to tell the columns."""
        made = folder / str(next(self._numbers))
        frame.write.parquet(str(made))
        files = sorted(made.glob("*.parquet"))
        if not files:
            made.mkdir(parents=True, exist_ok=True)
            files = [made / "none.parquet"]
            pq.write_table(frame.limit(0).toArrow(), files[0])
        return files

    def _read(self, files: Sequence[Path], schema: pa.Schema) -> DataFrame:
        columns = ", ".join(f"{each.name} {_TYPES[each.type]}" for each in schema)
        if not files:
            return self._session.createDataFrame([], columns)
        return self._session.read.schema(columns).parquet(*(str(each.resolve()) for each in files))

    def _show_parsed(self, relation: Relation, parsed: ParsedRows) -> None:
        """Make the view `parsed_<name>`."""
        schema = parsed_schema(relation)
        frame = self._read(parsed.files, schema)
        if parsed.former is not None:
            key = parsed.former.key
            replaced = self._session.createDataFrame(pa.table({key: parsed.former.replaced}))
            former = self._read(parsed.former.files, schema)
            frame = frame.unionByName(former.join(replaced, key, "left_anti"))
        frame.createOrReplaceTempView(f"parsed_{relation.name}")

    @staticmethod
    def _part(column: str, bounds: Sequence[object]) -> Column:
        """The number of the part of a row: how many of the bounds it has reached."""
        from pyspark.sql import functions

        value, of = functions.col(column), functions.array(*map(functions.lit, bounds))
        return functions.size(functions.filter(of, lambda bound: bound <= value))

    def _write(self, relation: Relation, files: list[Path], target: Path) -> Written:
        """Write the rows of a relation in the order of its key."""
        parts = ceil(bytes_in_memory(files) / PART_BYTES)
        if parts <= 1:
            return self._views.write(relation, files, target)
        target.mkdir()
        folder = target.resolve()
        first = relation.key[0]
        part = self._part(first, self._views.bounds(files, first, parts))
        frame = self._read(files, schema_of(relation)).withColumn(PART, part)
        written = (
            frame.repartitionByRange(parts, PART)  # by hash, a task would get several
            .mapInArrow(
                writing(relation, folder), "part bigint, name string, rows bigint, sha256 string"
            )
            .toArrow()
        )
        digests = {}
        for number, row in enumerate(written.sort_by("part").to_pylist()):
            part = target / f"part-{number:05}.parquet"
            (target / row["name"]).rename(part)
            digests[part] = row["sha256"]
        for left in set(target.iterdir()) - digests.keys():  # of tasks that were run again
            left.unlink()
        return Written(sum(written["rows"].to_pylist()), digests)


def row_count(files: Sequence[Path]) -> int:
    """The number of rows that Parquet files hold together, by their footers."""
    return sum(pq.read_metadata(each).num_rows for each in files)


def bytes_in_memory(files: Sequence[Path]) -> int:
    """About as many bytes as the rows of Parquet files take in memory, by those that stand first in
    the largest file."""
    with pq.ParquetFile(max(files, key=lambda each: each.stat().st_size)) as largest:
        sample = next(largest.iter_batches(_SAMPLED_ROWS), None)
    return row_count(files) * sample.nbytes // sample.num_rows if sample else 0


@contextmanager
def spark_engine(
    cluster: SparkCluster, database: Path, scratch: Path, threads: int
) -> Iterator[SparkEngine]:
    """An engine on a cluster; its database is written out on success and dropped on any error.

    `scratch` is a folder that all executors see; DuckDB works here with up to `threads` threads.
    """
    with (
        harmless_folder(database.parent) as folder,
        opened(database, scratch, threads) as (connection, thread),
    ):
        views = DuckDBViews(connection, thread)
        views.look_in(folder)
        yield SparkEngine(cluster, views, scratch.resolve() / "spark")
