"""Fixtures that build archives, each once per session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.build.run import build
from pipeline.core.results import Summary
from pipeline.sample import write_sample

DATA_RAW = Path(__file__).parent.parent / "data" / "raw"

Builder = Callable[[Path], tuple[Path, Summary]]


def real_archive(name: str) -> Path:
    """A folder of real records named by NEWSLOOM_CORPUS (`seeds` lies beside it), else a skip."""
    root = os.environ.get("NEWSLOOM_CORPUS")
    if not root:
        pytest.skip("NEWSLOOM_CORPUS names no folder of real archives")
    folder = Path(root).parent / name if name == "seeds" else Path(root, name)
    if not folder.is_dir():
        pytest.skip(f"there is no {folder}")
    return folder


def parquet_bytes(out: Path) -> dict[str, bytes]:
    """The content of every file of a build but those of the run, by its path: the database and the
    manifest, which hold its id."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.suffix in (".parquet", ".html", ".json") and path.name != "manifest.json"
    }


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """Builds an archive, the first time it is asked for; gives the output folder and summary."""
    made: dict[Path, tuple[Path, Summary]] = {}

    def make(raw: Path) -> tuple[Path, Summary]:
        if raw not in made:
            out = tmp_path_factory.mktemp("build")
            made[raw] = (out, build(raw, out, workers=1))
        return made[raw]

    return make


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of three articles, `raw`, and its build, `out`."""
    folder = tmp_path_factory.mktemp("small")
    write_sample(folder / "raw", 3)
    build(folder / "raw", folder / "out", workers=1)
    return folder


@pytest.fixture
def home(small_home: Path, tmp_path: Path) -> Path:
    """A copy of the small archive and its build, to be changed."""
    shutil.copytree(small_home, tmp_path / "home", copy_function=shutil.copy2)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated archive of 2,000 articles with its pages, skips and broken files."""
    folder = tmp_path_factory.mktemp("generated") / "raw"
    write_sample(folder, 2_000, seed=7)
    return folder


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder without any file."""
    return tmp_path_factory.mktemp("empty")
