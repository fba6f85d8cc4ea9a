"""The same archive gives the same bytes, however and wherever it is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent import futures
from pathlib import Path

import pytest

from pipeline.build import worker_pool
from pipeline.build.run import build
from pipeline.core.catalog import relations
from pipeline.sources import shares
from tests.build_fixtures import DATA_RAW, Builder, parquet_bytes

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some forty shares of the committed archive, each worth a process."""
    monkeypatch.setattr(shares, "MAX_FILES", 5)
    monkeypatch.setattr(worker_pool, "WORTH_A_POOL", 2)


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the process pools that are started."""
    started: list[int] = []

    class Watched(futures.ProcessPoolExecutor):
        def __init__(self, size: int, *rest: object) -> None:
            started.append(size)
            super().__init__(size, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(futures, "ProcessPoolExecutor", Watched)
    return started


def run(raw: Path, out: Path, cwd: Path, **environment: str) -> None:
    """Build in a process of its own."""
    subprocess.run(
        [sys.executable, "-m", "pipeline", "run", "--raw", str(raw), "--out", str(out)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=True,
        capture_output=True,
    )


@pytest.mark.slow
def test_two_runs_give_the_same_bytes(built: Builder, tmp_path: Path) -> None:
    first = parquet_bytes(built(DATA_RAW)[0])
    build(DATA_RAW, tmp_path, workers=1, force=True)
    assert len(first) == len(relations()) + 4
    assert parquet_bytes(tmp_path) == first
    build(DATA_RAW, tmp_path, workers=2, force=True)
    assert parquet_bytes(tmp_path) == first


@pytest.mark.slow
@pytest.mark.usefixtures("small_chunks")
def test_processes_do_not_show_in_the_bytes(tmp_path: Path, pools: list[int]) -> None:
    build(DATA_RAW, tmp_path / "one", workers=1)
    assert pools == []
    build(DATA_RAW, tmp_path / "two", workers=2)
    build(DATA_RAW, tmp_path / "three", workers=3)
    assert pools == [2, 3]
    one = parquet_bytes(tmp_path / "one")
    assert parquet_bytes(tmp_path / "two") == one
    assert parquet_bytes(tmp_path / "three") == one


@pytest.mark.slow
def test_processes_do_not_show_in_a_larger_archive(
    generated: Path, tmp_path: Path, pools: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "MAX_FILES", 200)
    build(generated, tmp_path / "one", workers=1)
    build(generated, tmp_path / "two", workers=2)
    assert pools == [2]
    assert parquet_bytes(tmp_path / "two") == parquet_bytes(tmp_path / "one")


@pytest.mark.slow
def test_place_time_and_order_of_creation_do_not_show(built: Builder, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere entirely" / "my archive"
    paths = sorted(path for path in DATA_RAW.rglob("*") if path.is_file())
    for number, path in enumerate(reversed(paths)):
        copy = moved / path.relative_to(DATA_RAW)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        os.utime(copy, (number, number))
    out = tmp_path / "out"
    named = {"NEWSLOOM_NAME": DATA_RAW.name}
    run(Path("my archive"), out, moved.parent, PYTHONHASHSEED="1", TZ="Pacific/Auckland", **named)
    assert parquet_bytes(out) == parquet_bytes(built(DATA_RAW)[0])


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["0", "4242"])
def test_hash_seed_and_locale_do_not_show(built: Builder, tmp_path: Path, seed: str) -> None:
    run(DATA_RAW, tmp_path / "out", tmp_path, PYTHONHASHSEED=seed, LC_ALL="C", LANG="C")
    assert parquet_bytes(tmp_path / "out") == parquet_bytes(built(DATA_RAW)[0])


def test_no_table_names_the_machine(built: Builder, tmp_path: Path) -> None:
    for name, content in parquet_bytes(built(DATA_RAW)[0]).items():
        assert str(ROOT).encode() not in content, name
        assert str(tmp_path.parent).encode() not in content, name
