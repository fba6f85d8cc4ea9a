"""newsloom: an archive of news records in, analytics tables out.

Data flows one way. *Extract* walks the raw folder, tells front matter from page text by content,
and parses each file into a record or a reject; *transform* turns records into flat, typed, keyed
and sorted Arrow tables; the SELECTs under `sql/` turn those tables into marts and then check
them, in DuckDB; *publish* puts Parquet files, one DuckDB file and, last, the manifest in the
output folder, or, where a check says stop, leaves the former build as it was. `pipeline.build` runs
the whole; `pipeline.recipe` is the only module that imports extract and transform, which know
nothing of each other, only records, errors and definitions.

    import pipeline

    with pipeline.open("data/processed") as out:
        frame = out.table("provider_summary")

Importing this package imports neither pandas nor DuckDB nor Arrow.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import (
    BuildMissing,
    CheckFailed,
    DefinitionError,
    FileRejected,
    NewsloomError,
    UsageError,
)

if TYPE_CHECKING:
    from pipeline.reader import Build

__all__ = [
    "BuildMissing",
    "CheckFailed",
    "DefinitionError",
    "FileRejected",
    "NewsloomError",
    "UsageError",
    "__version__",
    "open",
]

__version__ = "0.1.0"


def open(folder: str | Path = "data/processed", *, allow_files: bool = False) -> Build:
    """Open the build in `folder` for reading; a context manager.

    SQL run through it reads the build and nothing else on this machine, unless `allow_files`.
    Errors: `BuildMissing` where the folder holds no complete build.
    """
    from pipeline.reader import Build

    return Build(folder, allow_files=allow_files)
