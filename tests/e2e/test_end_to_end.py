"""The command line in a process of its own: exit codes, what is published, and what is left."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import pipeline
from pipeline.build.run import build
from pipeline.core import catalog as definitions
from pipeline.core import version as code_version
from pipeline.core.catalog import relations
from pipeline.core.errors import CheckFailed
from pipeline.engines import checks
from tests.build_fixtures import DATA_RAW

ROOT = Path(__file__).parent.parent.parent


def newsloom(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_one_command_publishes_everything(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = newsloom("run", "--raw", DATA_RAW, "--out", out, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    for shown in ("loaded", "skipped", "rejected", "provider_summary", str(out)):
        assert shown in ran.stdout
    assert {path.name for path in out.iterdir()} == {
        *("tables", "marts", "analytics.duckdb", "report.html", "dictionary.html"),
        *("datapackage.json", "croissant.json", "manifest.json"),
    }
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    counts = manifest["counts"]
    assert counts["discovered"] == sum(counts[each] for each in ("loaded", "skipped", "rejected"))
    assert manifest["newsloom"] == pipeline.__version__
    files = contents(out)
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    for name, entry in manifest["files"].items():
        assert entry["sha256"] == hashlib.sha256(files[name]).hexdigest()
        assert entry["bytes"] == len(files[name])
    assert manifest["archive"] == {"name": "raw", "period": period_of(out)}
    for relation in relations().values():
        entry = manifest["files"][relation.file]
        assert [each["name"] for each in entry["columns"]] == list(relation.column_names)
        assert entry["primary_key"] == list(relation.key)
        referring = {each["column"]: each["references"] for each in entry["foreign_keys"]}
        assert {name: ".".join(there.values()) for name, there in referring.items()} == {
            column.name: column.references for column in relation.columns if column.references
        }


def period_of(out: Path) -> list[str]:
    """The days of the first and the last article of a build."""
    with pipeline.open(out) as build:
        days = build.sql("select published_date from articles")["published_date"].astype(str)
    return [min(days), max(days)]


@pytest.mark.slow
def test_strict_publishes_and_says_that_files_were_rejected(tmp_path: Path) -> None:
    ran = newsloom("run", "--raw", DATA_RAW, "--out", tmp_path, "--strict", "--json")
    assert ran.returncode == 3
    assert json.loads(ran.stdout)["rejected"] > 0
    assert (tmp_path / "manifest.json").exists()


@pytest.mark.slow
def test_strict_without_rejects_is_success(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(DATA_RAW / "_news", raw / "_news")
    ran = newsloom("run", "--raw", raw, "--out", tmp_path / "out", "--strict", "--json")
    assert ran.returncode == 0, ran.stdout
    assert json.loads(ran.stdout)["rejected"] == 0


def test_a_missing_folder_is_a_wrong_request(tmp_path: Path) -> None:
    ran = newsloom("run", "--raw", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert ran.returncode == 2
    assert "nowhere" in ran.stderr.replace("\n", "")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_an_empty_archive_gives_typed_empty_tables(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    out = tmp_path / "out"
    ran = newsloom("run", "--raw", tmp_path / "raw", "--out", out, "--strict", "--json")
    assert ran.returncode == 0, ran.stderr
    summary = json.loads(ran.stdout)
    assert summary["discovered"] == 0
    rows = {name: count for name, count in summary["rows"].items() if count}
    assert rows == {"data_completeness": summary["rows"]["data_completeness"]}
    assert len(list(out.rglob("*.parquet"))) == len(relations())
    assert newsloom("check", "--out", out).returncode == 0


BROKEN = {
    "unclosed.md": b"---\ncategory: news\n",
    "latin.txt": b"---\ntitle: caf\xe9\n---\n",
    "no-title.md": b"---\ncategory: news\nwebUrl: https://a.example/\n---\n",
    "colon.md": b"---\ncategory: news\ntitle: One: Two: Three\n---\n",
    "empty.txt": b"",
}


@pytest.mark.slow
def test_an_archive_of_broken_files_is_all_rejects(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    for name, content in BROKEN.items():
        (raw / name).write_bytes(content)
    ran = newsloom("run", "--raw", raw, "--out", out, "--strict", "--json")
    assert ran.returncode == 3, ran.stderr
    summary = json.loads(ran.stdout)
    assert (summary["discovered"], summary["rejected"], summary["loaded"]) == (5, 5, 0)
    with duckdb.connect(str(out / "analytics.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select distinct source_path from rejects where severity = 'error' order by 1"
        ).fetchall()
    assert [path for (path,) in found] == sorted(BROKEN)


@pytest.fixture
def doctored_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of `sql/` in use instead of the real one."""
    folder = tmp_path / "sql"
    shutil.copytree(definitions.sql_folder(), folder)
    for module in (definitions, checks, code_version):
        monkeypatch.setattr(module, "sql_folder", lambda: folder)
    relations.cache_clear()
    yield folder
    relations.cache_clear()


@pytest.mark.slow
def test_a_failed_stop_check_leaves_the_former_build(tmp_path: Path, doctored_sql: Path) -> None:
    out = tmp_path / "out"
    build(DATA_RAW, out, workers=1)
    before = contents(out)
    check = "select article_id from articles where article_id like '%0' order by article_id\n"
    (doctored_sql / "checks" / "stop_invented.sql").write_text(check, encoding="utf-8")
    with pytest.raises(CheckFailed, match="invented"):
        build(DATA_RAW, out, workers=1)
    assert contents(out) == before
    with pytest.raises(CheckFailed):
        build(DATA_RAW, tmp_path / "fresh", workers=1)
    assert contents(tmp_path / "fresh") == {}


@pytest.mark.slow
def test_a_mart_that_multiplies_rows_is_stopped(tmp_path: Path, doctored_sql: Path) -> None:
    mart = doctored_sql / "marts" / "quality_monthly.sql"
    query = mart.read_text(encoding="utf-8").rstrip().rstrip(";")
    mart.write_text(f"select * from (\n{query}\n) cross join (values (1), (2)) as twice (n)\n")
    doubled = mart.read_text().replace("select * from", "select * exclude (n) from", 1)
    mart.write_text(doubled, encoding="utf-8")
    with pytest.raises(CheckFailed, match=r"keys: .*quality_monthly"):
        build(DATA_RAW, tmp_path / "out", workers=1)
    assert contents(tmp_path / "out") == {}


@pytest.mark.slow
def test_a_warning_publishes(tmp_path: Path, doctored_sql: Path) -> None:
    header = "-- Articles are there.\n-- Consequence: None.\n-- Cure: None.\n"
    check = f"{header}select article_id from articles order by article_id\n"
    (doctored_sql / "checks" / "warn_invented.sql").write_text(check, encoding="utf-8")
    summary = build(DATA_RAW, tmp_path / "out", workers=1)
    invented = [finding for finding in summary.findings if finding.check == "invented"]
    assert [(each.severity, each.rows) for each in invented] == [("warn", summary.rows["articles"])]
    assert (tmp_path / "out" / "manifest.json").exists()
