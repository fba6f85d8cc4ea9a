"""Which columns each of our queries reads: `python -m pipeline.columns_read` notes it beforehand.

The notes stand in `sql/columns_read.json`, by the digest of each query. sqlglot, which tells it
from the SQL, takes longer than all else that a small change asks for; only a query that is not
noted, or all of them where a definition has changed since, are told by it again.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TypeAlias

from pipeline.code_version import combined
from pipeline.definitions import relations, sql_folder

Read: TypeAlias = "dict[str, list[str]]"
"""The columns read of each table and mart, sorted."""


def columns_read(name: str, query: str) -> Read:
    """The columns that a SELECT reads of each table and mart, or more where that is uncertain."""
    known = _noted().get(combined(query))
    return _told(name, query) if known is None else known


def notes() -> str:
    """The text of `sql/columns_read.json`."""
    from pipeline.warehouse import checks

    queries = {name: made.query for name, made in relations().items() if made.query} | checks()
    read = {combined(query): _told(name, query) for name, query in queries.items()}
    lines = ",\n".join(f'"{key}": {json.dumps(read[key], sort_keys=True)}' for key in sorted(read))
    return f'{{"definitions": "{_definitions()}", "queries": {{\n{lines}\n}}}}\n'


def _path() -> Path:
    return sql_folder() / "columns_read.json"


@cache
def _noted() -> dict[str, Read]:
    """What is noted by the digest of a query; nothing where it was noted for other definitions."""
    try:
        values = json.loads(_path().read_bytes())
    except (OSError, ValueError):
        return {}
    return values["queries"] if values["definitions"] == _definitions() else {}


def _definitions() -> str:
    """A digest of the columns there are: what a query reads depends on them, too."""
    return combined(*(" ".join((each.name, *each.column_names)) for each in relations().values()))


def _told(name: str, query: str) -> Read:
    from pipeline.lineage import columns_read as told  # sqlglot is slow to import

    return told(name, query)


if __name__ == "__main__":
    if not _path().exists() or _path().read_text(encoding="utf-8") != notes():
        _path().write_text(notes(), encoding="utf-8")
        print(f"wrote {_path()}")
