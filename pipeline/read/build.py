"""Reading a published build from Python: tables as pandas or Arrow, and SQL.

What a column becomes in pandas, whether it comes from `table` or from `sql`:

    VARCHAR     string              missing is pd.NA
    BOOLEAN     boolean             missing is pd.NA
    INTEGER     Int32               missing is pd.NA
    BIGINT      Int64               missing is pd.NA
    DOUBLE      float64             missing is NaN
    DATE        datetime64[us]      midnight; missing is NaT
    TIMESTAMP   datetime64[us]      UTC, without zone, so that it can be compared and joined with
                                    dates; missing is NaT

A query may also give types no table has. Whole HUGEINT and DECIMAL values become Int64 where they
fit and float64 where not, other DECIMALs float64; the rest is as pyarrow converts it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline.core.errors import BuildMissing, UsageError, unknown
from pipeline.core.paths import Layout, Place, archive_name, is_address
from pipeline.core.results import Archive, StoredRelation
from pipeline.read.pandas_types import to_pandas
from pipeline.read.snapshot import open_snapshot
from pipeline.read.stored_snapshot import StoredSnapshot

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

    from pipeline.core.catalog import Relation
    from pipeline.core.difference import Difference
    from pipeline.diff.builds import Side
    from pipeline.read.comparison import Comparison
    from pipeline.read.stored_database import StoredDatabase

Parameters: TypeAlias = Mapping[str, Any] | Sequence[Any] | None
"""Values for a query: by the names of `$name`, or in the order of `?`."""

_CONFIGURED = frozenset({"articles", "providers"})
"""The tables that a configuration may change."""

_VERIFY = "`newsloom verify` tells which file is damaged"


class Build(AbstractContextManager["Build"]):
    """One complete build, opened for reading. Nothing is locked and nothing is written.

    It stays that build, whatever is published later in its place. From an address of a bucket,
    such as `s3://bucket/prefix`, a file is copied when it is first read.
    """

    def __init__(self, folder: Place, *, allow_files: bool = False) -> None:
        self.folder = folder if is_address(folder) else Path(folder)
        self._snapshot = open_snapshot(self.folder)
        self.manifest = self._snapshot.manifest
        self._allow_files = allow_files
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._stored: StoredDatabase | None = None

    @property
    def archive(self) -> Archive:
        """What the archive is called, and its period; a manifest of an early newsloom says neither,
        and it is called as the folder of the build."""
        said = self.manifest.get("archive") or {
            "name": archive_name(Path(self.folder)),
            "period": None,
        }
        return Archive(said["name"], *map(date.fromisoformat, said["period"] or ()))

    @property
    def rows(self) -> dict[str, int]:
        """The number of rows of each table and mart, by name; tables first."""
        files = self.manifest["files"]
        found: dict[str, int] = {}
        for path in sorted(files, key=lambda path: (not path.startswith("tables/"), path)):
            if "rows" in files[path]:
                name = Path(Path(path).parts[1]).stem  # a part lies in a folder of that name
                found[name] = found.get(name, 0) + files[path]["rows"]
        return found

    def tables(self) -> list[str]:
        """The names of the tables, then of the marts, each in alphabetical order."""
        return list(self.rows)

    def contents(self) -> list[dict[str, Any]]:
        """Name, kind, rows, grain and key of each table and mart, in the order of `tables`.

        Grain and key are those of this newsloom's definitions, None where it has none.
        """
        from pipeline.core.catalog import relations

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

    def configured(self) -> dict[str, Relation]:
        """The tables that a configuration has given more columns, or columns that may be NULL.

        Errors: `BuildMissing` where one of them is damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        from pipeline.core.catalog import relations
        from pipeline.read.built_relations import as_built

        found = {}
        for name in _CONFIGURED & self.rows.keys():
            path = self._snapshot.path(self._files(name)[0])
            try:
                schema = pq.read_schema(path)
            except (pa.ArrowException, OSError) as error:
                raise BuildMissing(f"tables/{name}.parquet: {error}; {_VERIFY}") from None
            built = as_built(relations()[name], schema)
            if built != relations()[name]:
                found[name] = built
        return found

    def table(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """One table or mart, or some of its columns, in the order of its key; dtypes as this module
        says.

        Errors: `UsageError` that lists the names there are.
        """
        return to_pandas(self.arrow(name, columns))

    def arrow(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """One table or mart, or some of its columns, as stored, with the metadata of its columns.

        Timestamps have no zone and are UTC. Errors: `UsageError` that lists the names there are.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        tables = []
        for path in self._files(name):
            with pq.ParquetFile(self._snapshot.path(path)) as file:
                known = file.schema_arrow.names
                for column in columns or ():
                    if column not in known:
                        raise unknown(f"{name} has no column", column, known)
                table = file.read(columns)
                tables.append(table if columns is None else table.select(columns))
        return tables[0] if len(tables) == 1 else pa.concat_tables(tables)

    @property
    def address(self) -> str:
        """Where the build lies, as other programs are told. Errors: `UsageError` where no address
        can say it."""
        if is_address(self.folder):
            return "/".join(filter(None, (str(self.folder), self.manifest.get("location"))))
        path = str(Path(self.folder).resolve())
        if set(path) & set("?#%"):
            raise UsageError(f"a path with ?, # or % is no address of files: {path!r}")
        return f"file://{path}"

    def stored(self) -> list[StoredRelation]:
        """The Parquet files of each table and mart, in the order of `tables`, with their schema."""
        import pyarrow.parquet as pq

        found = []
        for relation in self.contents():
            files = tuple(self._files(relation["name"]))
            schema = pq.read_schema(self._snapshot.path(files[0]))
            key = tuple(relation["key"] or ())
            found.append(StoredRelation(relation["name"], schema, key, files))
        return found

    def describe(self, name: str) -> pd.DataFrame:
        """The columns of a table or mart, or one as `table.column`: type, meaning, unit, source.

        As this newsloom defines them, with those that a configuration has added to the build.
        Errors: `UsageError` that lists the names there are.
        """
        import pandas as pd

        from pipeline.core.catalog import column, extended, relation

        table, dot, _ = name.partition(".")
        with extended(self.configured()):
            described = (column(name),) if dot else relation(table).columns
        facts = ("name", "type", "meaning", "unit", "nullable", "references", "source")
        rows = [[getattr(each, fact) for fact in facts] for each in described]
        return pd.DataFrame(rows, columns=list(facts)).set_index("name")

    def sql(self, query: str, parameters: Parameters = None) -> pd.DataFrame:
        """The rows of one SELECT over the build, in UTC; dtypes as this module says.

        `parameters` are the values of `$name` by name, or of each `?` in their order. Errors:
        `UsageError` where the query is wrong, with DuckDB's message, or no SELECT.
        """
        return to_pandas(self.reader(query, parameters).read_all())

    def reader(self, query: str, parameters: Parameters = None) -> pa.RecordBatchReader:
        """The rows of one SELECT as Arrow batches, so that a large result need not fit memory.

        Parameters as in `sql`. Valid until the next query. Errors: `UsageError` with DuckDB's
        message where the query is wrong; one that fails only on a value raises `duckdb.Error` while
        being read.
        """
        import duckdb

        from pipeline.read.database import refuse_unless_select, refuse_unless_single

        try:
            connection = self._connected(query)
            refuse_unless_single(connection, query)
            if not self._allow_files:
                refuse_unless_select(connection, query, parameters)
            result = connection.sql(query, params=parameters or None)
            reader = None if result is None else result.to_arrow_reader()
        except duckdb.CatalogException as error:
            names = ", ".join(self.tables())
            raise UsageError(f"{error}\nThe tables and marts are {names}") from None
        except duckdb.Error as error:
            raise UsageError(str(error)) from None
        if reader is None:
            raise UsageError("the query gives no rows; write a SELECT")
        return reader

    def compare(
        self, before: str, after: str, *, by: str = "provider", measure: str = "quality"
    ) -> Comparison:
        """How far a mean changed from one period, as `2024-01..2024-06`, to another, and why.

        What it gives, and its errors, are those of `pipeline.read.comparison`.
        """
        from pipeline.read.comparison import compare

        return compare(self, before, after, by, measure)

    def diff(self, old: Place | Build) -> Difference:
        """How this build differs from an older one, table by table: rows added, removed and changed
        by key, and which segments of the marts moved most.

        Errors: `BuildMissing` where `old` is no complete build, or a file of either is damaged.
        """
        import duckdb

        from pipeline.diff.builds import compare_builds

        former = old if isinstance(old, Build) else Build(old)
        try:
            return compare_builds(former._side(), self._side())
        except duckdb.Error as error:
            raise BuildMissing(f"{error}; {_VERIFY}") from None

    def _side(self) -> Side:
        """This build as one to be compared with another."""
        from pipeline.diff.builds import Side

        files = self.manifest["files"]
        digests = {name: entry["sha256"] for name, entry in files.items()}
        return Side(self.manifest["run_id"], digests, self._snapshot.path)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """DuckDB with the database of the build open, read-only, in UTC.

        Of a build in a bucket it has views over all tables and marts. Errors: `BuildMissing` where
        the database is none that newsloom has made.
        """
        return self._connected()

    def _connected(self, query: str | None = None) -> duckdb.DuckDBPyConnection:
        """The connection; of a build in a bucket, with all or what a query reads."""
        if isinstance(self._snapshot, StoredSnapshot):
            from pipeline.read.stored_database import StoredDatabase

            if self._stored is None:
                self._stored = StoredDatabase(self._snapshot, allow_files=self._allow_files)
            return self._stored.load() if query is None else self._stored.load_for(query)
        if self._connection is None:
            from pipeline.read.database import open_database, open_views

            name, path = Layout(Path()).database.name, self._snapshot.path
            about, allowed = f"{self.folder}/{name}", self._allow_files
            if self.manifest.get("engine") == "spark":
                files = {each: list(map(path, self._files(each))) for each in self.rows}
                self._connection = open_views(files, name=about, allow_files=allowed)
            else:
                self._connection = open_database(path(name), name=about, allow_files=allowed)
        return self._connection

    def close(self) -> None:
        """Close the database; a later query opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._stored is not None:
            self._stored.connection.close()
            self._stored = None

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _repr_html_(self) -> str:
        """What a notebook shows of a build: its tables and marts, each with rows and grain."""
        rows = "".join(
            f"<tr><td>{escape(each['name'])}</td><td>{escape(each['kind'])}</td>"
            f"<td>{each['rows']:,}</td><td>{escape(each['grain'] or '')}</td></tr>"
            for each in self.contents()
        )
        return (
            f"<p>{escape(repr(self))}</p><table><thead><tr><th>name</th><th>kind</th><th>rows</th>"
            f"<th>one row</th></tr></thead><tbody>{rows}</tbody></table>"
        )

    def __repr__(self) -> str:
        return f"<Build {self.manifest['run_id']} in {self.folder}: {len(self.rows)} tables>"

    def _kind(self, name: str) -> str:
        return Path(self._files(name)[0]).parts[0]

    def _files(self, name: str) -> list[str]:
        """The files of a table or mart, in the order of their rows. Errors: `UsageError`."""
        places = tuple(f"{kind}/{name}.parquet/" for kind in ("tables", "marts"))
        found = [file for file in self.manifest["files"] if f"{file}/".startswith(places)]
        if not found:
            raise unknown("no table", name, self.tables())
        return sorted(found)
