"""The run that made a database: `select run_id()` tells it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.core.errors import BuildMissing
from pipeline.read.database import open_database

_QUERY = """
select macro_definition
from duckdb_functions()
where database_name = 'analytics' and function_name = 'run_id' and parameters = []
"""


def run_id_of(database: Path) -> str | None:
    """The run that made a database, or None where it tells none or cannot be opened.

    What the database defines is read, never run.
    """
    try:
        with open_database(database) as connection:
            found = connection.execute(_QUERY).fetchone()
    except (duckdb.Error, BuildMissing):
        return None
    return str(found[0]).strip("'") if found else None
