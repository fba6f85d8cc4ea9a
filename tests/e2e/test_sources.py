"""Wherever an archive lies, the same files give the same bytes; also where some have changed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.build.run import build
from pipeline.core.errors import SourceFailed
from pipeline.core.results import Summary
from pipeline.read.verify import verify
from tests.archives import FORMS, contents_of, pack
from tests.build_fixtures import DATA_RAW, Builder, parquet_bytes, real_archive
from tests.calling import call, loaded
from tests.sources.repository import Repository

SLOW = pytest.mark.slow


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_an_archive_file_gives_the_bytes_of_its_folder(
    built: Builder, tmp_path: Path, form: str
) -> None:
    packed = pack(contents_of(DATA_RAW), tmp_path / f"raw.{form}")
    build(packed, tmp_path / "out", workers=1)
    assert parquet_bytes(tmp_path / "out") == parquet_bytes(built(DATA_RAW)[0])


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["azure", "diablo4"])
def test_so_does_one_of_real_records(built: Builder, tmp_path: Path, name: str, form: str) -> None:
    folder = real_archive(name)
    packed = pack(contents_of(folder), tmp_path / f"{name}.{form}")
    build(packed, tmp_path / "out", workers=2)
    assert parquet_bytes(tmp_path / "out") == parquet_bytes(built(folder)[0])


@pytest.mark.slow
def test_processes_do_not_show(
    tmp_path: Path, generated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.sources import shares

    monkeypatch.setattr(shares, "MAX_FILES", 200)
    build(generated, tmp_path / "folder", workers=1)
    for form in FORMS:
        packed = pack(contents_of(generated), tmp_path / f"raw.{form}")
        build(packed, tmp_path / form, workers=2)
        assert parquet_bytes(tmp_path / form) == parquet_bytes(tmp_path / "folder")


def rows(out: Path, name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(out / f"{name}.parquet").to_pylist()
    return found


TIMES = ("collected_at", "revised_at")


@pytest.mark.slow
def test_a_git_repository_gives_the_tables_of_its_checkout_and_two_times(
    built: Builder, tmp_path: Path
) -> None:
    repository = Repository(tmp_path / "raw")
    shutil.copytree(DATA_RAW, repository.path, dirs_exist_ok=True)
    committed = datetime.fromtimestamp(repository.commit(), UTC).replace(tzinfo=None)
    out, folder = tmp_path / "out", built(DATA_RAW)[0]
    build(f"{repository.path}@HEAD", out, workers=1)
    for row in rows(out, "tables/files"):
        assert (row["collected_at"], row["revised_at"]) == (committed, committed)
    one, other = (
        [{**row, **dict.fromkeys(TIMES)} for row in rows(each, "tables/files")]
        for each in (out, folder)
    )
    assert one == other
    one, other = (
        [row for row in rows(each, "marts/data_completeness") if row["column_name"] not in TIMES]
        for each in (out, folder)
    )
    assert one == other
    told = {"tables/files.parquet", "marts/data_completeness.parquet"}
    for name, data in parquet_bytes(folder).items():
        if name.endswith("parquet") and name not in told:
            assert (out / name).read_bytes() == data, name


@pytest.mark.slow
def test_of_a_later_commit_only_what_it_changes_is_parsed(home: Path, tmp_path: Path) -> None:
    repository, out = Repository(tmp_path / "git"), tmp_path / "out"
    shutil.copytree(home / "raw", repository.path, dirs_exist_ok=True)
    first = repository.commit()
    build(f"{repository.path}@HEAD", out, workers=1)
    assert not build(f"{repository.path}@HEAD", out, workers=1).rebuilt
    repository.write("more.txt", b"A page")
    (repository.path / "README.md").rename(repository.path / "ABOUT.md")
    repository.commit()
    summary = build(f"{repository.path}@HEAD", out, workers=1)
    total = len(contents_of(home / "raw")) + 1
    assert f"2 of {total} files parsed" in summary.reasons
    build(f"{repository.path}@HEAD", tmp_path / "fresh", workers=1, name="git")
    assert parquet_bytes(out) == parquet_bytes(tmp_path / "fresh")
    [about] = [row for row in rows(out, "tables/files") if row["source_path"] == "ABOUT.md"]
    assert about["collected_at"] == datetime.fromtimestamp(first, UTC).replace(tzinfo=None)


class Changing:
    """A small archive as a file, and its build."""

    def __init__(self, home: Path, form: str) -> None:
        self.contents = contents_of(home / "raw")
        self.packed, self.out = home / f"raw.{form}", home / "out"
        self.write()
        build(home / "raw", self.out, workers=1)

    def write(self) -> None:
        pack(self.contents, self.packed)

    def run(self) -> Summary:
        return build(self.packed, self.out, workers=1)


@pytest.fixture(params=["zip", pytest.param("tar.zst", marks=SLOW)])
def changing(request: pytest.FixtureRequest, home: Path) -> Changing:
    return Changing(home, request.param)


def test_unchanged_files_are_those_of_a_folder_packed_since(changing: Changing) -> None:
    summary = changing.run()
    assert not summary.rebuilt
    assert changing.run().reasons == ()


@pytest.mark.slow
def test_only_changed_members_are_parsed(changing: Changing, tmp_path: Path) -> None:
    edited, gone = sorted(name for name in changing.contents if name.startswith("_news"))[:2]
    changing.contents[edited] += b"more\n"
    changing.contents["_news/again.md"] = changing.contents.pop(gone)
    changing.write()
    summary = changing.run()
    total = len(changing.contents)
    assert f"2 of {total} files parsed" in summary.reasons
    build(changing.packed, tmp_path / "fresh", workers=1)
    assert parquet_bytes(changing.out) == parquet_bytes(tmp_path / "fresh")
    assert not changing.run().rebuilt


def test_one_that_is_cut_off_leaves_the_former_build(changing: Changing) -> None:
    before = parquet_bytes(changing.out)
    data = changing.packed.read_bytes()
    changing.packed.write_bytes(data[: len(data) // 2])
    with pytest.raises(SourceFailed, match=r"raw\.(tar\.zst|zip) cannot be read to its end"):
        changing.run()
    assert parquet_bytes(changing.out) == before
    assert verify(changing.out).faults == ()
    changing.packed.write_bytes(data)
    assert not changing.run().rebuilt


@pytest.mark.slow
def test_a_damaged_table_is_made_of_members_that_were_listed_before(changing: Changing) -> None:
    changing.run()
    before = parquet_bytes(changing.out)
    (changing.out / "tables" / "files.parquet").write_bytes(b"damaged")
    summary = changing.run()
    assert "everything: a published table is damaged" in summary.reasons
    assert parquet_bytes(changing.out) == before


@pytest.mark.slow
def test_several_sources_are_one_build(home: Path, tmp_path: Path) -> None:
    contents = contents_of(home / "raw")
    first = sorted(contents)[::2]
    for name in first:
        (tmp_path / "part" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(home / "raw" / name, tmp_path / "part" / name)
    rest = pack({n: data for n, data in contents.items() if n not in first}, tmp_path / "rest.zip")
    sources = [tmp_path / "part", rest]
    build(sources, tmp_path / "out", workers=1, name="raw")
    assert parquet_bytes(tmp_path / "out") == parquet_bytes(home / "out")
    assert not build(sources, tmp_path / "out", workers=1, name="raw").rebuilt
    (tmp_path / "part" / min(set(contents) - set(first))).write_text("again")
    assert build(sources, tmp_path / "out", workers=1, name="raw").problems["duplicate_path"] == 1
    assert "duplicate_path" in {row["code"] for row in rows(tmp_path / "out", "tables/rejects")}
    assert not build(sources, tmp_path / "out", workers=1, name="raw").rebuilt


@pytest.mark.parametrize("form", ["tar.gz", "zip"])
def test_a_member_is_explained(home: Path, form: str) -> None:
    contents = contents_of(home / "raw")
    packed = str(pack(contents | {"../out.md": b"x"}, home / f"packed.{form}"))
    name = next(name for name in contents if name.startswith("_news"))
    assert loaded("explain", name, "--raw", packed, "--json") == loaded(
        "explain", name, "--raw", str(home / "raw"), "--json"
    )
    told = loaded("explain", "../out.md", "--raw", packed, "--json")
    assert (told["status"], told["reason"]) == ("rejected", "unsafe_path")
    missing = call("explain", "_news/none.md", "--raw", packed)
    assert missing.exit_code == 2
    assert "none.md cannot be explained: No such file" in missing.stderr


def test_a_file_of_a_commit_is_explained(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "raw")
    repository.write("a.md", b"---\ncategory: news\ntitle: Kelp\n---\n")
    repository.commit()
    committed = loaded("explain", "a.md", "--raw", f"{repository.path}@HEAD", "--json")
    assert committed["status"] == "rejected"
    assert committed == loaded("explain", "a.md", "--raw", str(repository.path), "--json")


def test_a_member_comes_before_a_file_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = pack({"a.md": b"---\ntitle: Kelp\n---\n"}, tmp_path / "news.zip")
    (tmp_path / "a.md").write_text("not this")
    (tmp_path / "b.md").write_text("not of the archive")
    monkeypatch.chdir(tmp_path)
    told = loaded("explain", "a.md", "--raw", str(packed), "--json")
    assert told["reason"] == "no_category"
    assert loaded("explain", "b.md", "--raw", str(packed), "--json")["source_path"] == "b.md"


def test_a_path_of_two_folders_is_explained_as_a_run_has_it(tmp_path: Path) -> None:
    sources = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text("x")
        sources += ["--raw", str(tmp_path / name)]
    told = loaded("explain", "a.md", *sources, "--json")
    assert [each["code"] for each in told["problems"]] == ["duplicate_path"]
