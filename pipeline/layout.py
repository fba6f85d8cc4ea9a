"""Where everything lies in an output folder. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one output folder (default `data/processed`)."""

    root: Path

    @property
    def database(self) -> Path:
        """All tables and marts as one DuckDB file."""
        return self.root / "analytics.duckdb"

    @property
    def manifest(self) -> Path:
        """Run id, versions, and rows, sha256 and columns of every file; written last."""
        return self.root / "manifest.json"

    @property
    def staging(self) -> Path:
        """Where a build is made before it is published; gone when it is."""
        return self.root / ".staging"

    def parquet(self, kind: str, name: str) -> Path:
        """The Parquet file of one relation; `kind` is `tables` or `marts`."""
        return self.root / kind / f"{name}.parquet"
