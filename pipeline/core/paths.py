"""Where everything lies. Imports nothing of ours."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

SCHEMES = ("s3://", "gs://", "az://")
"""How the addresses of buckets begin."""

Place: TypeAlias = str | Path
"""Where a build is: a folder, or an address such as `s3://bucket/prefix`."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one build (default `data/processed`)."""

    root: Path

    @property
    def database(self) -> Path:
        """All tables and marts as one DuckDB file."""
        return self.root / "analytics.duckdb"

    @property
    def report(self) -> Path:
        """The picture of the build: one self-contained page."""
        return self.root / "report.html"

    @property
    def data_package(self) -> Path:
        """The tables, their columns and keys, for tools that read Data Packages."""
        return self.root / "datapackage.json"

    @property
    def croissant(self) -> Path:
        """The same for tools that read Croissant."""
        return self.root / "croissant.json"

    @property
    def dictionary(self) -> Path:
        """The same for people: data dictionary and methods as one self-contained page."""
        return self.root / "dictionary.html"

    @property
    def pages(self) -> tuple[Path, ...]:
        """What a build says of itself: the report and the three descriptions."""
        return self.report, self.dictionary, self.data_package, self.croissant

    @property
    def manifest(self) -> Path:
        """Run id, versions, and rows, sha256 and columns of every file; written last."""
        return self.root / "manifest.json"


def split_revision(source: str) -> tuple[str, str] | None:
    """The folder and the revision that `FOLDER@REVISION` names; None where no folder is named."""
    for at in (each.start() for each in re.finditer("@", source)):
        if source[:at] and Path(source[:at]).is_dir():
            return source[:at], source[at + 1 :]
    return None


def archive_name(raw: Path) -> str:
    """What an archive is called unless it is given a name: as its folder is."""
    return Path(os.path.abspath(raw)).name or "archive"  # noqa: PTH100 - it takes `..` away


def work_path(out: Path) -> Path:
    """The hidden folder in which the build in `out` is made; next to the folder that a symbolic
    link at `out` leads to."""
    target = out.resolve()
    return target.parent / f".{target.name}.newsloom"


def state_path(out: Path) -> Path:
    """Where the last run of the build in `out` left what it knew; for reading only."""
    return work_path(out) / "state"


def is_address(place: Place) -> bool:
    """Whether a build or an archive is in a bucket."""
    return str(place).startswith(SCHEMES)


def stored_location(run_id: str) -> str:
    """Where below an address the files of a build lie."""
    return f"builds/{run_id}"


def cache_path() -> Path:
    """Where copies of what lies in buckets are kept; all of it may be deleted at any time."""
    if named := os.environ.get("NEWSLOOM_CACHE"):
        return Path(named)
    caches = os.environ.get("XDG_CACHE_HOME")
    return (Path(caches) if caches else Path.home() / ".cache") / "newsloom"
