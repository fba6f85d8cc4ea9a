"""Builds made by Spark have the rows of those made by DuckDB: `make test-spark`.

Most run on Sail, which speaks Spark Connect and starts at once; Spark itself runs on a cluster of
two workers in `test_cluster`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest

import pipeline
from pipeline.build import materialize
from pipeline.build.run import build
from pipeline.core.errors import CheckFailed, SourceFailed
from pipeline.engines import spark_engine
from pipeline.read.verify import verify
from pipeline.sources.raw_archive import RawArchive
from pipeline.sources.source import Reading
from tests.archives import FORMS, contents_of, pack
from tests.build_fixtures import DATA_RAW, Builder, real_archive
from tests.hostile import record
from tests.sources.repository import Repository
from tests.spark.running import differences

pytest.importorskip("pyspark", reason="`make test-spark` has it")

NOTES = "-- All is wrong. Consequence: none. Cure: none.\n"
WRONG = "select 'articles' as relation, article_id as key_value, 'no' as problem from articles"


@pytest.mark.parametrize(
    "name", ["data/raw", "odd", "generated", "damaged", "chains", "diablo4", "azure"]
)
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


def test_every_row_is_equal_on_spark_itself(archives: Path, built: Builder, tmp_path: Path) -> None:
    """All that is hard at once, because Spark takes a second for each relation."""
    for name in ("odd", "damaged", "chains"):
        shutil.copytree(archives / name, tmp_path / "raw" / name)
    wanted, summary = built(tmp_path / "raw")
    made = build(tmp_path / "raw", tmp_path / "out", spark="local[2]")
    assert differences(wanted, tmp_path / "out") == {}
    assert made.findings == summary.findings


def test_every_kind_of_source_is_read(archives: Path, sail: str, tmp_path: Path) -> None:
    """A fifth of an archive from each."""
    contents = contents_of(archives / "generated")
    repository = Repository(tmp_path / "git")
    for name in list(contents)[::5]:
        repository.write(name, contents.pop(name))
    repository.commit()
    sources = [f"{repository.path}@HEAD"]
    for place, form in enumerate(FORMS):
        packed = {name: contents[name] for name in list(contents)[place :: len(FORMS)]}
        sources.append(str(pack(packed, tmp_path / f"raw.{form}")))
    build(sources, tmp_path / "wanted")
    build(sources, tmp_path / "out", spark=sail)
    assert differences(tmp_path / "wanted", tmp_path / "out") == {}


def test_a_source_that_cannot_be_read_on_says_so(
    archives: Path, sail: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of newsloom on an executor is that of the run."""
    packed = pack(contents_of(archives / "generated"), tmp_path / "raw.zip")
    inputs = RawArchive.readings

    def late(archive: RawArchive, shares: Sequence[Sequence[int]]) -> Iterator[Reading]:
        """Readings of what is gone by now."""
        found = list(inputs(archive, shares))
        packed.unlink()
        return iter(found)

    monkeypatch.setattr(RawArchive, "readings", late)
    with pytest.raises(SourceFailed, match=r"raw\.zip"):
        build(packed, tmp_path / "out", spark=sail)


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
        patch.setattr(spark_engine, "PART_BYTES", 500_000)
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
        patch.setattr(spark_engine, "PART_BYTES", 500_000)
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
