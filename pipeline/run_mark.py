"""The run that made a database: `select run_id()` tells it."""

from __future__ import annotations

from pathlib import Path

import duckdb

_QUERY = """
select macro_definition
from duckdb_functions()
where database_name = 'marked' and function_name = 'run_id' and parameters = []
"""


def mark(run_id: str) -> str:
    """The statement that writes the id of a run into the database in use."""
    return f"create or replace macro run_id() as '{run_id}'"


def run_id_of(database: Path) -> str | None:
    """The run that made a database, or None where it tells none or cannot be opened.

    What the database defines is read, never run.
    """
    quoted = str(database).replace("'", "''")
    try:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{quoted}' as marked (read_only)")
            connection.execute("set enable_external_access = false")
            found = connection.execute(_QUERY).fetchone()
    except duckdb.Error:
        return None
    return str(found[0]).strip("'") if found else None
