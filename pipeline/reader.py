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

import json
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipeline.errors import BuildMissing, UsageError
from pipeline.layout import Layout

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    import duckdb
    import pandas as pd
    import pyarrow as pa

CONTRACT = 1
"""The version of the data contract this reader understands (`contract` in the manifest)."""


class Build:
    """One complete build, opened for reading. Nothing is locked and nothing is written."""

    def __init__(self, folder: str | Path, *, allow_files: bool = False) -> None:
        self.layout = Layout(Path(folder))
        self.manifest = _verified_manifest(self.layout)
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
                "kind": self._parquet(name).parent.name,
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

        with pq.ParquetFile(self._parquet(name)) as file:
            return file.read()

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
            self._connection = _connect(self.layout.database, allow_files=self._allow_files)
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

    def _parquet(self, name: str) -> Path:
        for kind in ("tables", "marts"):
            if f"{kind}/{name}.parquet" in self.manifest["files"]:
                return self.layout.parquet(kind, name)
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


def _verified_manifest(layout: Layout) -> dict[str, Any]:
    """Read the manifest and hold every file it names against it, by size alone.

    Errors: `BuildMissing`, saying what is absent or differs.
    """
    try:
        manifest = json.loads(layout.manifest.read_bytes())
        sizes = {path: entry["bytes"] for path, entry in manifest["files"].items()}
        contract = manifest["contract"]
    except (FileNotFoundError, NotADirectoryError):
        raise BuildMissing(f"{layout.root} holds no build; make one with `newsloom run`") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BuildMissing(
            f"{layout.manifest} is not a manifest; make a new build with `newsloom run`"
        ) from None
    if contract != CONTRACT:
        raise BuildMissing(
            f"{layout.root} was built to contract {contract}, this newsloom reads {CONTRACT}; "
            "make a new build with `newsloom run`"
        )
    for path, size in sizes.items():
        _verify_size(layout.root, path, size)
    return cast("dict[str, Any]", manifest)


def _verify_size(root: Path, path: str, size: int) -> None:
    try:
        found = (root / path).stat().st_size
    except OSError:
        raise BuildMissing(
            f"the build in {root} is incomplete: {path} is absent; "
            "make a new one with `newsloom run`"
        ) from None
    if found != size:
        raise BuildMissing(
            f"the build in {root} is mixed or damaged: {path} has {found} bytes, its manifest says "
            f"{size}; make a new one with `newsloom run`"
        )
