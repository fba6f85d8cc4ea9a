"""Where everything lies. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
    def manifest(self) -> Path:
        """Run id, versions, and rows, sha256 and columns of every file; written last."""
        return self.root / "manifest.json"

    def parquet(self, kind: str, name: str) -> Path:
        """The Parquet file of one relation; `kind` is `tables` or `marts`."""
        return self.root / kind / f"{name}.parquet"


@dataclass(frozen=True, slots=True)
class Workshop:
    """The hidden folder beside a build in which it is made; all of it may be deleted."""

    root: Path

    @classmethod
    def beside(cls, out: Path) -> Workshop:
        """The workshop of the build in `out`; beside the folder that a symbolic link leads to."""
        place = out.resolve()
        return cls(place.parent / f".{place.name}.newsloom")

    @property
    def staging(self) -> Path:
        """What is being made; emptied at the start and the end of a run."""
        return self.root / "staging"

    @property
    def staged(self) -> Layout:
        """The build that is being made."""
        return Layout(self.staging / "build")

    @property
    def former(self) -> Path:
        """The build that was published before the present one."""
        return self.root / "former"

    @property
    def chunks(self) -> Path:
        """The parts of every chunk, by content; kept from run to run."""
        return self.root / "chunks"

    @property
    def lock(self) -> Path:
        """Held by the run that writes; it tells its process."""
        return self.root / "lock"

    @property
    def state(self) -> Path:
        """What the last run knew: files, chunks, and what each result was made from."""
        return self.root / "state"
