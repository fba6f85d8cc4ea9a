"""Reading a published build from Python: tables as pandas or Arrow, and SQL.

What a column becomes in pandas, whether it comes from `table` or from `sql`:

    VARCHAR     string              missing is pd.NA
    BOOLEAN     boolean             missing is pd.NA
    INTEGER     Int32               missing is pd.NA
    BIGINT      Int64               missing is pd.NA
    DOUBLE      float64             missing is NaN
    DATE        datetime64[us]      midnight, without zone; missing is NaT
    TIMESTAMP   datetime64[us, UTC] missing is NaT

A query may also give types no table has. Whole HUGEINT and DECIMAL values become Int64 where they
fit and float64 where not, other DECIMALs float64; the rest is as pyarrow converts it.
"""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.layout import Layout
from pipeline.published import open_published

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    import duckdb
    import pandas as pd
    import pyarrow as pa


class Build:
    """One complete build, opened for reading. Nothing is locked and nothing is written.

    It stays that build while a newer one is published; after the next but one, reading fails with
    `BuildMissing`.
    """

    def __init__(self, folder: str | Path, *, allow_files: bool = False) -> None:
        self.layout = Layout(Path(folder))
        self._folder, self.manifest = open_published(self.layout.root)
        self._allow_files = allow_files
        self._connection: duckdb.DuckDBPyConnection | None = None

    @property
    def rows(self) -> dict[str, int]:
        """The number of rows of each table and mart, by name; tables first."""
        files = {
            path: entry["rows"] for path, entry in self.manifest["files"].items() if "rows" in entry
        }
        ordered = sorted(files, key=lambda path: (not path.startswith("tables/"), path))
        return {Path(path).stem: files[path] for path in ordered}

    def tables(self) -> list[str]:
        """The names of the tables, then of the marts, each in alphabetical order."""
        return list(self.rows)

    def contents(self) -> list[dict[str, Any]]:
        """Say of each table and mart its name, kind, rows, grain and key, in the order of `tables`.

        Grain and key are those of this newsloom's definitions, None where it has none.
        """
        from pipeline.definitions import relations

        known = relations()
        return [
            {
                "name": name,
                "kind": self._kind(name),
                "rows": count,
                "grain": known[name].grain if name in known else None,
                "key": list(known[name].key) if name in known else None,
            }
            for name, count in self.rows.items()
        ]

    def table(self, name: str) -> pd.DataFrame:
        """One table or mart, whole, in the order of its key; dtypes as this module says.

        Errors: `UsageError` that lists the names there are.
        """
        from pipeline.frames import to_pandas

        return to_pandas(self.arrow(name))

    def arrow(self, name: str) -> pa.Table:
        """One table or mart as stored, with the metadata of its columns.

        Timestamps have no zone and are UTC. Errors: `UsageError` that lists the names there are.
        """
        import pyarrow.parquet as pq

        kind = self._kind(name)

        def whole(layout: Layout) -> pa.Table:
            with pq.ParquetFile(layout.parquet(kind, name)) as file:
                return file.read()

        return self._folder.read(whole)

    def sql(self, query: str) -> pd.DataFrame:
        """The rows of one SELECT over the build, in UTC; dtypes as this module says.

        Errors: `UsageError` with DuckDB's message where the query is wrong.
        """
        from pipeline.frames import to_pandas

        return to_pandas(self.reader(query).read_all())

    def reader(self, query: str) -> pa.RecordBatchReader:
        """The rows of one SELECT as Arrow batches, so that a large result need not fit memory.

        Valid until the next query. Errors: `UsageError` with DuckDB's message where the query is
        wrong; one that fails only on a value raises `duckdb.Error` while being read.
        """
        import duckdb

        try:
            result = self.connection.sql(query)
            reader = None if result is None else result.to_arrow_reader()
        except duckdb.CatalogException as error:
            names = ", ".join(self.tables())
            raise UsageError(f"{error}\nThe tables and marts are {names}") from None
        except duckdb.Error as error:
            raise UsageError(str(error)) from None
        if reader is None:
            raise UsageError("the query gives no rows; write a SELECT")
        return reader

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """DuckDB with the database of the build open, read-only, in UTC."""
        if self._connection is None:
            self._connection = self._folder.read(
                lambda layout: _connect(layout.database, allow_files=self._allow_files)
            )
        return self._connection

    def close(self) -> None:
        """Let go of the database; a later query opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Build {self.manifest['run_id']} in {self.layout.root}: {len(self.rows)} tables>"

    def _kind(self, name: str) -> str:
        for kind in ("tables", "marts"):
            if f"{kind}/{name}.parquet" in self.manifest["files"]:
                return kind
        raise UsageError(f"no table {name!r}; there are {', '.join(self.tables())}")


def _connect(database: Path, *, allow_files: bool) -> duckdb.DuckDBPyConnection:
    """Attach `database` so that a query can neither change it nor, unless allowed, see any file.

    Python variables are never mistaken for tables, and the settings are locked against the query.
    Attached, because DuckDB shares a database opened directly, and its settings, within a process.
    """
    import duckdb

    spill = Path(tempfile.gettempdir()) / f"newsloom-{uuid.uuid4().hex}"
    connection = duckdb.connect(
        config={"temp_directory": str(spill), "python_enable_replacements": False}
    )
    path = str(database).replace("'", "''")
    connection.execute(f"attach '{path}' as analytics (read_only)")
    connection.execute("use analytics")
    connection.execute("set TimeZone = 'UTC'")
    if not allow_files:
        connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection
