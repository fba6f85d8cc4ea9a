"""A database of views: the rows stay in the Parquet files of the build."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.core.catalog import Relation
from pipeline.core.duckdb_paths import parquet_scan, quoted
from pipeline.core.results import Finding
from pipeline.engines.checks import run_check
from pipeline.engines.duckdb_engine import DuckDBEngine
from pipeline.engines.engine import Written

_SAMPLE_ROWS = 100_000


class DuckDBViews(DuckDBEngine):
    """What Spark leaves to DuckDB: to sort and write what is small, and to read for the report.

    Views name files relative to the folder of the database. DuckDB finds them where it is started
    in that folder, or has it as its `file_search_path`.
    """

    _kind = "VIEW"

    def look_in(self, folder: Path) -> None:
        """Look for the files of the views in this folder, whose path must be harmless."""
        self._connection.execute(f"SET file_search_path = {quoted(folder)}")

    def load(self, relation: Relation, files: Sequence[Path]) -> None:
        """Make the view of a relation, whose files are in their place."""
        is_single = [each.name for each in files] == [Path(relation.file).name]
        place = relation.file if is_single else f"{relation.file}/*.parquet"
        statement = (
            f"CREATE OR REPLACE VIEW {relation.name} AS"
            f" FROM read_parquet({quoted(place)}, hive_partitioning = false)"
        )
        self._run(lambda: self._connection.execute(statement))
        self._made.append(relation)

    def compare(self, relation: Relation, files: Sequence[Path]) -> None:
        """Errors: `DefinitionError` where files have other columns than a relation should have."""
        with parquet_scan(files) as scan:
            self._compare_columns(relation, scan)

    def write(self, relation: Relation, files: Sequence[Path], target: Path) -> Written:
        """Write the rows that files hold to one file, in the order of the key."""
        with parquet_scan(files) as scan:
            return self._run(lambda: self._write_sorted(relation, scan, target))

    def _write_sorted(self, relation: Relation, scan: str, target: Path) -> Written:
        # A table knows which columns have no NULL, however the files were written.
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE sorted AS FROM {scan} ORDER BY {', '.join(relation.key)}"
        )
        try:
            return self._write(relation, "sorted", target)
        finally:
            self._connection.execute("DROP TABLE sorted")

    def bounds(self, files: Sequence[Path], column: str, parts: int) -> list[object]:
        """The values of a column that cut the rows in files into about equal parts, by a sample."""
        shares = [number / parts for number in range(1, parts)]
        with parquet_scan(files) as scan:
            query = (
                f"SELECT quantile_disc({column}, {shares})"
                f" FROM (SELECT {column} FROM {scan} USING SAMPLE {_SAMPLE_ROWS} ROWS)"
            )
            found = self._run(lambda: self._connection.execute(query).fetchall())
        return sorted(set(found[0][0]))

    def finding(self, name: str, files: Sequence[Path]) -> Finding | None:
        """What a check found, whose rows are in files."""
        with parquet_scan(files) as scan:
            return self._run(lambda: run_check(self._connection, name, f"FROM {scan}"))
