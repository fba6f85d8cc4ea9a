"""A published folder that is not one whole build is told apart, file by file, and refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

import pipeline
from pipeline.build.run import build
from pipeline.read.verify import verify
from pipeline.sample import write_sample
from tests.build_fixtures import DATA_RAW, Builder
from tests.calling import call, loaded, printed

Damage = Callable[[Path, Path], object]
"""Does something to a build (first) of which another one (second) may serve it."""

TOPICS, SUMMARY, DATABASE = (
    "tables/topics.parquet",
    "marts/topic_summary.parquet",
    "analytics.duckdb",
)


@pytest.fixture(scope="session")
def pair(built: Builder, small_home: Path) -> tuple[Path, Path]:
    """Two builds of archives that differ; neither is changed, but copies of the first."""
    return built(DATA_RAW)[0], small_home / "out"


@pytest.fixture
def out(pair: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(pair[0], tmp_path / "out"))


def flip(path: Path, place: int) -> None:
    """Change one bit of the byte at `place`, and neither size nor times."""
    status = path.stat()
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def rewrite_table(out: Path, _: Path) -> None:
    pq.write_table(pq.read_table(out / TOPICS), out / TOPICS)


def edit_database(out: Path, _: Path) -> None:
    with duckdb.connect(out / DATABASE) as connection:
        connection.execute("update topics set article_count = 1000000")


def write_without_checkpoint(out: Path, _: Path) -> None:
    code = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]);"
        "c.execute('pragma disable_checkpoint_on_shutdown');"
        "c.execute('create table more as select 1 as x'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(out / DATABASE)], check=True)


def cut(name: str) -> Damage:
    def damage(out: Path, _: Path) -> None:
        os.truncate(out / name, (out / name).stat().st_size // 2)

    return damage


def swap(name: str) -> Damage:
    return lambda out, other: shutil.copy(other / name, out / name)


def edit_manifest(out: Path, _: Path) -> None:
    path = out / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["counts"]["rejected"] = 0
    path.write_text(json.dumps(manifest, indent=2))


DAMAGES: dict[str, tuple[Damage, list[tuple[str, str]], bool]] = {
    "table gone": (lambda out, _: (out / TOPICS).unlink(), [("missing", TOPICS)], True),
    "database gone": (lambda out, _: (out / DATABASE).unlink(), [("missing", DATABASE)], True),
    "folder for a file": (
        lambda out, _: ((out / TOPICS).unlink(), (out / TOPICS).mkdir()),
        [("missing", TOPICS)],
        True,
    ),
    "table cut": (cut(TOPICS), [("truncated", TOPICS)], True),
    "database cut": (cut(DATABASE), [("truncated", DATABASE)], True),
    "table of another build": (swap(TOPICS), [("mixed", TOPICS)], True),
    "mart of another build": (swap(SUMMARY), [("mixed", SUMMARY)], True),
    "database of another build": (swap(DATABASE), [("mixed", DATABASE)], True),
    "manifest of another build": (
        swap("manifest.json"),
        [("mixed", TOPICS), ("mixed", SUMMARY), ("mixed", DATABASE)],
        True,
    ),
    "table written anew": (rewrite_table, [("edited", TOPICS)], True),
    "one bit of a footer": (lambda out, _: flip(out / TOPICS, -20), [("edited", TOPICS)], True),
    "one bit of a page": (lambda out, _: flip(out / TOPICS, 40), [("edited", TOPICS)], False),
    "one bit of the database": (
        lambda out, _: flip(out / DATABASE, 300_000),
        [("edited", DATABASE)],
        False,
    ),
    "database updated": (edit_database, [("edited", DATABASE)], True),
    "manifest edited": (edit_manifest, [("edited", "manifest.json")], True),
    "one table too many": (
        lambda out, _: shutil.copy(out / TOPICS, out / "tables/more.parquet"),
        [("superfluous", "tables/more.parquet")],
        False,
    ),
    "changes beside the database": (
        write_without_checkpoint,
        [("superfluous", f"{DATABASE}.wal")],
        True,
    ),
}
"""What is done to a build, what `verify` must say, and whether `open` must refuse it."""


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_and_refused(out: Path, pair: tuple[Path, Path], name: str) -> None:
    damage, wanted, is_refused = DAMAGES[name]
    damage(out, pair[1])
    found = [(fault.kind, fault.path) for fault in verify(out).faults]
    assert set(wanted) <= set(found)
    if name != "manifest of another build":
        assert found == wanted
    result = call("verify", "--out", str(out))
    assert result.exit_code == 1
    for kind, path in wanted:
        assert any(line.split()[:2] == [kind, path] for line in result.stdout.splitlines())
    if is_refused:
        with pytest.raises(pipeline.BuildMissing, match=r"incomplete|mixed or damaged|was edited"):
            pipeline.open(out)
    else:
        pipeline.open(out)


def test_a_whole_build_verifies_whatever_lies_beside_it(out: Path) -> None:
    (out / "notes.txt").write_text("mine")
    told = loaded("verify", "--out", str(out), "--json")
    assert (told["faults"], told["others"]) == ([], ["notes.txt"])
    assert told["files"] == sum(path.is_file() for path in out.rglob("*")) - 1
    lines = printed("verify", "--out", str(out)).splitlines()
    assert lines[0].startswith(f"whole: run {told['run_id']}, ")
    assert lines[1:] == ["not part of the build: notes.txt"]


def test_a_manifest_can_name_no_file_outside(out: Path) -> None:
    path = out / "manifest.json"
    manifest = json.loads(path.read_bytes())
    for name in ("../secret", "/etc/passwd", "tables/../../secret"):
        manifest["files"] = {name: {"bytes": 1, "sha256": ""}}
        path.write_text(json.dumps(manifest))
        with pytest.raises(pipeline.BuildMissing, match="is not a manifest"):
            verify(out)


def test_the_database_tells_its_run(out: Path) -> None:
    with pipeline.open(out) as opened:
        assert opened.sql("select run_id() as run")["run"][0] == opened.manifest["run_id"]


@pytest.mark.slow
def test_an_open_build_stays_itself_while_others_are_published(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_sample(raw, 20, seed=1)
    build(raw, out, workers=1)
    before = pipeline.open(out)
    articles, query = before.rows["articles"], "select count(*) as n from articles"
    min((raw / "_news").rglob("*.md")).unlink()
    build(raw, out, workers=1)
    assert pipeline.open(out).rows["articles"] == articles - 1
    assert len(before.arrow("articles")) == articles
    assert before.sql(query)["n"][0] == articles
    before.close()
    min((raw / "_news").rglob("*.md")).unlink()
    build(raw, out, workers=1)
    assert len(before.arrow("articles")) == articles
    assert before.sql(query)["n"][0] == articles


def test_opening_loads_neither_arrow_nor_duckdb(out: Path) -> None:
    code = (
        "import pipeline, sys; pipeline.open(sys.argv[1]); "
        "print({'pyarrow', 'duckdb', 'pandas'} & set(sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(out)], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "set()\n"
