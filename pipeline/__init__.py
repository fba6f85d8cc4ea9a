"""newsloom: an archive of news records in, analytics tables out.

Data flows one way, room by room. *Sources* list and read raw files; `parse` turns the bytes of a
file into the rows it gives to each tidy table, by *extract* and *transform*; an *engine* runs the
SELECTs under `sql/`, which make all else: tables, marts, checks; *publish* puts Parquet files, one
DuckDB file and, last, the manifest in the output folder, or, where a check says stop, leaves the
former build as it was. *Build* wires them; *read* opens what was published.

    import pipeline

    with pipeline.open("data/processed") as out:
        frame = out.table("provider_summary")

Importing this package imports neither pandas nor DuckDB nor Arrow.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.errors import (
    BuildMissing,
    CheckFailed,
    DefinitionError,
    FileRejected,
    NewsloomError,
    UsageError,
)

if TYPE_CHECKING:
    from pipeline.read.build import Build

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
    """Open the build in `folder`, or at an address such as `s3://bucket/prefix`, for reading; a
    context manager.

    SQL run through it reads the build and nothing else on this machine, unless `allow_files`.
    Errors: `BuildMissing` where there is no complete build.
    """
    from pipeline.read.build import Build

    return Build(folder, allow_files=allow_files)
