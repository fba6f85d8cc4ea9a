"""Nothing of what a record calls `secured` leaves the raw file, whatever is written or said."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import feather

from pipeline.errors import FileRejected
from pipeline.explain import explain
from pipeline.extract.read import Extracted, FileReader, kind_of
from pipeline.limits import DEFAULT_LIMITS
from pipeline.sample import write_sample
from pipeline.transform.batch import Batch, FileFacts
from pipeline.transform.mentions import ItemMemory
from tests.build_fixtures import real_archive
from tests.conftest import Figures
from tests.secret_search import Hit, Secrets, secured_values, texts

SECRET = "Zq7Xw2Kd9Rb4"


def run(*arguments: str) -> bytes:
    """All that newsloom says when it is called."""
    command = [sys.executable, "-m", "pipeline", *arguments]
    done = subprocess.run(command, check=False, capture_output=True)
    assert done.returncode in (0, 3), done.stderr.decode()
    return done.stdout + done.stderr


def said(raw: Path, out: Path) -> dict[str, bytes]:
    """What newsloom says while it builds an archive, and of what it has built."""
    at = ("--out", str(out))
    queries = {
        "csv": "select * from articles",
        "json": "select * from related_items",
        "markdown": "select * from rejects",
    }
    return {
        "run": run("run", "--raw", str(raw), *at, "--log-json"),
        "again": run("run", "--raw", str(raw), *at, "--force", "--why"),
        "rejects": run("rejects", *at) + run("rejects", *at, "--json"),
        **{name: run("sql", query, "--format", name, *at) for name, query in queries.items()},
    }


def explained(raw: Path) -> dict[str, bytes]:
    """What newsloom tells of single files: one in ten of the archive, and the broken ones."""
    paths = sorted(path for path in raw.rglob("*.*") if path.is_file())
    chosen = [path for number, path in enumerate(paths) if number % 10 == 0 or "_games" in str(path)]
    found = ((path, explain(path, raw, DEFAULT_LIMITS)) for path in chosen)
    return {f"explain {path.name}": json.dumps(asdict(each)).encode() for path, each in found}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["diablo4", "azure", "seeds"])
def test_no_secret_of_a_real_archive_gets_out(
    name: str, tmp_path: Path, record_property: Figures
) -> None:
    raw = real_archive(name)
    secrets = Secrets(secured_values(raw))
    told = said(raw, tmp_path / "out") | explained(raw)
    written = (
        (str(path.relative_to(tmp_path)), text)
        for path in sorted(tmp_path.rglob("*"))
        if path.is_file()
        for text in texts(path)
    )
    hits: list[Hit] = []
    searched = 0
    for place, text in itertools.chain(told.items(), written):
        searched += len(text)
        hits += secrets.hits(place, text)
    record_property(
        "figures",
        f"secrets: {name:<8} {len(secrets.values):6,} values, {searched / 1e6:6.1f} MB searched, "
        f"{len(hits)} hits",
    )
    assert secrets.values
    assert hits == []


def test_a_secret_is_found_wherever_it_lies(tmp_path: Path) -> None:
    write_sample(tmp_path / "raw", 20, seed=3)
    secrets = Secrets([*secured_values(tmp_path / "raw"), b"short secret", b"tiny"])
    long = max(secrets.values, key=len)
    column = pa.table({"text": ["before", f"x{long[5:30].decode()}y", None, "a tiny bit", "short secret"] * 9})
    pq.write_table(column, tmp_path / "a.parquet", compression="zstd")
    feather.write_feather(
        pa.table({"text": column["text"].dictionary_encode()}), tmp_path / "a.arrow"
    )
    with duckdb.connect(tmp_path / "a.duckdb") as connection:
        connection.register("given", column)
        connection.execute("create table kept as select * from given")
    (tmp_path / "a.log").write_bytes(b"\n".join(value.encode() for value in column["text"].to_pylist() if value))
    for kind in ("parquet", "arrow", "duckdb", "log"):
        pieces = {
            hit.piece for text in texts(tmp_path / f"a.{kind}") for hit in secrets.hits(kind, text)
        }
        assert {b"short secret", b"tiny"} < pieces, kind
        assert any(piece in long for piece in pieces), kind
    assert list(secrets.hits("", b"nothing but destiny, shortly secret")) == []
    assert list(secrets.hits("", b"")) == []
