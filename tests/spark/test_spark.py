"""Builds made by Spark have the rows of those made by DuckDB: `make test-spark`.

Most run on Sail, which speaks Spark Connect and starts at once; Spark itself runs on a cluster of
two workers in `test_cluster`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import pipeline
from pipeline.build import materialize
from pipeline.build.run import build
from pipeline.core.errors import CheckFailed
from pipeline.engines import spark_engine
from pipeline.read.verify import verify
from pipeline.sample import write_sample
from tests.build_fixtures import DATA_RAW, Builder, real_archive
from tests.hostile import record
from tests.odd_archive import write_odd_archive
from tests.odd_records import write_odd_records
from tests.spark.running import differences, sail_server

NOTES = "-- All is wrong. Consequence: none. Cure: none.\n"
WRONG = "select 'articles' as relation, article_id as key_value, 'no' as problem from articles"


@pytest.fixture(scope="session")
def sail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of Sail."""
    with sail_server(tmp_path_factory.mktemp("sail") / "log") as address:
        yield address


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of archives: odd records, a generated one, and one whose lists form long chains."""
    folder = tmp_path_factory.mktemp("archives")
    write_odd_archive(folder / "odd", 300, seed=3)
    write_odd_records(folder / "odd", 300, seed=4)
    write_sample(folder / "generated", 400, seed=5)
    write_chains(folder / "chains")
    return folder


def write_chains(folder: Path) -> None:
    """Articles that list one another in chains of up to 60, and some that share a URL."""
    folder.mkdir()
    for number in range(200):
        listed = number + 1 if number % 60 else number // 2
        more = (
            "related:\n- title: Another\n  publishedDateTime: 2021-03-04T05:06:07Z\n"
            f"  webUrl: https://hostile.example/{listed}\n"
            "  provider:\n    name: Hostile\n    domain: hostile.example\n"
        )
        published = f"2021-{1 + number % 12:02}-04T05:{number % 60:02}:07Z"
        text = record(more, f"Moss and fern {number % 7}", published, number - number % 50 // 49)
        (folder / f"{number}.md").write_bytes(text)


@pytest.mark.parametrize("name", ["data/raw", "odd", "generated", "chains", "diablo4", "azure"])
def test_every_row_is_equal(
    name: str, archives: Path, built: Builder, sail: str, tmp_path: Path
) -> None:
    known = {"data/raw": DATA_RAW}
    raw = known.get(name) or (archives / name if (archives / name).is_dir() else real_archive(name))
    wanted, summary = built(raw)
    made = build(raw, tmp_path / "out", spark=sail)
    assert differences(wanted, tmp_path / "out") == {}
    assert made.findings == summary.findings
    assert (made.problems, made.rows) == (summary.problems, summary.rows)
    for page in ("report.html", "dictionary.html"):
        assert (tmp_path / "out" / page).read_bytes() == (wanted / page).read_bytes()
    assert not verify(tmp_path / "out").faults


def test_only_changed_files_are_parsed(archives: Path, sail: str, tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    shutil.copytree(archives / "generated", raw)
    build(raw, out, spark=sail)
    articles = (path for path in sorted(raw.rglob("*.md")) if b"\ntopics:" in path.read_bytes())
    first, second, *_ = articles
    first.write_bytes(second.read_bytes())
    second.unlink()
    (raw / "new.md").write_bytes(record())
    made = build(raw, out, spark=sail)
    assert any("2 of " in reason and "files parsed" in reason for reason in made.reasons)
    build(raw, tmp_path / "wanted")
    assert differences(tmp_path / "wanted", out) == {}
    assert not build(raw, out, spark=sail).rebuilt


def test_a_check_that_says_stop_publishes_nothing(
    sail: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(materialize, "checks", lambda: {"stop_all": f"{NOTES}{WRONG}"})
    with pytest.raises(CheckFailed, match="139 rows"):
        build(DATA_RAW, tmp_path / "out", spark=sail)
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="session")
def parted(
    sail: str, archives: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Path]]:
    """A build whose larger relations have parts, and its archive."""
    home = tmp_path_factory.mktemp("parted")
    shutil.copytree(archives / "generated", home / "raw")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spark_engine, "PART_BYTES", 15_000)
        build(home / "raw", home / "out", spark=sail)
    yield home / "out", home / "raw"


def test_parts_are_read_as_one_table(parted: tuple[Path, Path], built: Builder) -> None:
    out, raw = parted
    parts = sorted((out / "tables" / "related_items.parquet").iterdir())
    assert len(parts) > 3
    assert parts[0].name == "part-00000.parquet"
    wanted, _ = built(raw)
    assert differences(wanted, out) == {}
    assert not verify(out).faults
    with pipeline.open(out) as there, pipeline.open(wanted) as here:
        assert there.rows == here.rows
        for each in there.contents():
            tables = [side.arrow(each["name"]) for side in (there, here)]
            assert tables[0].schema.equals(tables[1].schema), each["name"]
            if each["kind"] == "tables":  # marts have fractions, which differ in their last digits
                assert tables[0].equals(tables[1]), each["name"]
        query = "select title, count(*) as n from related_items group by title order by title"
        assert there.sql(query).equals(here.sql(query))
        assert not any(each.added or each.removed for each in there.diff(here).relations)
        assert there.table("related_items", ["quality", "title"]).columns.tolist() == [
            "quality",
            "title",
        ]


def test_a_query_sees_no_other_file(parted: tuple[Path, Path]) -> None:
    with pipeline.open(parted[0]) as there, pytest.raises(pipeline.UsageError, match="disabled"):
        there.sql(f"select * from read_text('{__file__}')")


def test_a_damaged_part_is_found(parted: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(parted[0], tmp_path / "out")
    part = tmp_path / "out" / "tables" / "related_items.parquet" / "part-00001.parquet"
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    assert [fault.path for fault in verify(tmp_path / "out").faults] == [
        "tables/related_items.parquet/part-00001.parquet"
    ]
    with pytest.raises(pipeline.BuildMissing):
        pipeline.open(tmp_path / "out")


def test_duckdb_goes_on_from_a_build_in_parts(
    parted: tuple[Path, Path], sail: str, tmp_path: Path
) -> None:
    """Each engine takes over the rows of the other, and nothing of the former build is left."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    shutil.copytree(parted[1], raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spark_engine, "PART_BYTES", 15_000)
        build(raw, out, spark=sail)
    (raw / "new.md").write_bytes(record())
    made = build(raw, out)
    assert any("1 of " in reason and "files parsed" in reason for reason in made.reasons)
    build(raw, tmp_path / "wanted")
    assert differences(tmp_path / "wanted", out) == {}
    assert (out / "tables" / "related_items.parquet").is_file()
    assert not verify(out).faults


def test_the_database_shows_the_files(
    parted: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(parted[0])
    with duckdb.connect("analytics.duckdb", read_only=True) as connection:
        found = connection.execute("select count(*) from related_items").fetchone()
    with pipeline.open(parted[0]) as there:
        assert found == (there.rows["related_items"],)
