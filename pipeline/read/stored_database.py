"""SQL over a build in a bucket: its tables and marts as views, made when a query first names them.

The database of the build would have to be copied whole. The Parquet files of one query are a small
part of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import duckdb

from pipeline.core.duckdb_paths import is_harmless
from pipeline.core.errors import UsageError
from pipeline.read.database import create_view, open_empty
from pipeline.read.stored_snapshot import StoredSnapshot

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_ASKS_FOR_ALL = re.compile(
    r"\b(show|information_schema|duckdb_|sqlite_|pragma|pg_|query)", re.IGNORECASE
)
"""What reads the catalog, or may read a table whose name the query does not hold as such."""


class StoredDatabase:
    """DuckDB, in UTC, that sees the tables and marts of a build and, unless allowed, nothing else.

    Errors: `UsageError` where copies lie in a folder of a name that DuckDB would misread.
    """

    def __init__(self, snapshot: StoredSnapshot, *, allow_files: bool) -> None:
        self._snapshot = snapshot
        self._files: dict[str, list[str]] = defaultdict(list)
        for file in snapshot.manifest["files"]:
            folder, _, rest = file.partition("/")
            name = PurePosixPath(rest.partition("/")[0]).stem
            if folder in ("tables", "marts") and _NAME.fullmatch(name):
                self._files[name].append(file)
        if not is_harmless(snapshot.copies):
            raise UsageError(
                f"DuckDB would misread the path {snapshot.copies}; set NEWSLOOM_CACHE to a folder "
                "of letters and digits"
            )
        files = [snapshot.copy_path(file) for each in self._files.values() for file in each]
        self.connection = open_empty(files, allow_files=allow_files)
        self._loaded: set[str] = set()

    def load(self, names: Iterable[str] | None = None) -> duckdb.DuckDBPyConnection:
        """Have these tables and marts, or all, as far as they are there; gives the connection."""
        wanted = self._files.keys() if names is None else {name.lower() for name in names}
        for name in sorted((wanted & self._files.keys()) - self._loaded):
            create_view(self.connection, name, map(self._copied, sorted(self._files[name])))
            self._loaded.add(name)
        return self.connection

    def _copied(self, file: str) -> Path:
        self._snapshot.path(file)
        return self._snapshot.copy_path(file)

    def load_for(self, query: str) -> duckdb.DuckDBPyConnection:
        """Have what a query reads; one that is wrong will say so when it is run."""
        if _ASKS_FOR_ALL.search(query):
            return self.load()
        try:
            return self.load(self.connection.get_table_names(query))
        except duckdb.InvalidInputException:  # more than one statement to DuckDB, as of a PIVOT
            return self.load()
        except duckdb.Error:
            return self.connection
