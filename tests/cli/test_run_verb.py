"""`newsloom run` and `check` from end to end on the committed sample archive."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

import pipeline
from pipeline.core.catalog import relations
from pipeline.core.errors import CheckFailed
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.sample import write_sample
from tests.calling import call, loaded, printed
from tests.small_build import write_build

RAW = Path(__file__).parent.parent.parent / "data" / "raw"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Result]:
    out = str(tmp_path_factory.mktemp("run") / "out")
    return out, call("run", "--raw", str(RAW), "--out", out, "--workers", "1")


def test_no_folder_is_made_of_an_address_of_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("run", "--raw", str(RAW), "--out", "ftp://host/out")
    assert result.exit_code == 2
    assert "ftp://host/out is no address of a bucket; these begin with s3://" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_summary_says_what_happened_and_what_next(built: tuple[str, Result]) -> None:
    out, result = built
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    manifest = json.loads((Path(out) / "manifest.json").read_bytes())
    counts = manifest["counts"]
    for name in ("loaded", "skipped", "rejected"):
        assert any(re.match(rf" +{counts[name]:,}  {name}", line) for line in lines)
    assert re.match(rf"Files +{counts['discovered']:,}  found$", lines[2])
    for path, file in manifest["files"].items():
        if "rows" in file:
            assert re.search(rf"\b{Path(path).stem} +{file['rows']:,}\b", result.stdout)
    assert f"Output  {out}" in lines
    assert re.search(rf"^Next +.*rejects --out {out}$", result.stdout, re.MULTILINE)


def test_what_it_says_to_do_next_works(built: tuple[str, Result]) -> None:
    out, result = built
    steps = result.stdout.rpartition("Next")[2].splitlines()
    verbs = [shlex.split(re.sub(r"^.*?(newsloom|pipeline) ", "", step)) for step in steps]
    assert [verb[0] for verb in verbs] == ["rejects", "tables", "sql"]
    for verb in verbs:
        assert printed(*verb)
        assert verb[-1] == out


def test_the_archive_is_called_as_asked_or_as_the_environment_says(
    built: tuple[str, Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, _ = built
    asked = ("run", "--raw", str(RAW), "--out", out, "--dry-run", "--json")
    assert loaded(*asked)["reasons"] == []
    monkeypatch.setenv("NEWSLOOM_NAME", "Kelp")
    assert "called Kelp, not raw" in loaded(*asked)["reasons"][0]
    assert "called Tides, not raw" in loaded(*asked, "--name", "Tides")["reasons"][0]


def test_the_checks_can_be_run_again(built: tuple[str, Result]) -> None:
    out, _ = built
    findings = loaded("check", "--out", out, "--json")
    assert {finding["severity"] for finding in findings} <= {"warn"}
    text = printed("check", "--out", out)
    for finding in findings:
        assert f"{finding['check']}  warn, " in text


@pytest.mark.slow
def test_strict_tells_that_files_were_rejected(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("run", "--raw", str(RAW), "--out", str(out), "--strict", "--json")
    assert result.exit_code == 3
    told = json.loads(result.stdout)
    assert told["rejected"] > 0
    assert told["loaded"] + told["skipped"] + told["rejected"] == told["discovered"]
    assert pipeline.open(out).rows == told["rows"]


@pytest.mark.slow
def test_an_empty_archive_is_a_build_too(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    out = str(tmp_path / "out")
    assert "       0  loaded" in printed("run", "--raw", str(tmp_path / "raw"), "--out", out)
    assert len(loaded("tables", "--out", out, "--json")) == len(relations())


@pytest.mark.slow
def test_a_build_with_articles_is_emptied_by_force_alone(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "notes.md").write_text("# Notes\n", encoding="utf-8")
    (raw / "broken.md").write_text("---\ntitle: a: b\n---\n", encoding="utf-8")
    write_build(out, {"articles": [{"article_id": "a"}]})
    before = (out / "manifest.json").read_bytes()
    run = ("run", "--raw", str(raw), "--out", str(out), "--workers", "1")
    result = call(*run)
    assert (result.exit_code, result.stdout) == (1, "")
    assert (
        "2 files found, 0 loaded, 1 skipped (mostly no_front_matter), 1 rejected (mostly "
        f"invalid_yaml); nothing was published, and the build in {out}, of 1 article, stays"
    ) in result.stderr
    assert (out / "manifest.json").read_bytes() == before
    printed(*run, "--force")
    assert pipeline.open(out).rows["articles"] == 0
    (raw / "more.md").write_text("# More\n", encoding="utf-8")
    printed(*run)


@pytest.mark.parametrize("error", [CheckFailed("keys: 1 row"), OSError(28, "No space left")])
def test_a_failed_run_exits_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr("pipeline.build.run.build", fail)
    result = call("run", "--raw", str(RAW), "--out", str(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"error: {error}\n"


def test_a_stop_finding_fails_the_check(tmp_path: Path) -> None:
    articles = [{"article_id": "a", "title": "one"}, {"article_id": "a", "title": "two"}]
    out = str(write_build(tmp_path, {"articles": articles}))
    result = call("check", "--out", out)
    assert result.exit_code == 1
    assert re.search(r"^keys  stop, ", result.stdout, re.MULTILINE)


@pytest.mark.slow
def test_links_and_hidden_files_are_counted_in_every_form(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", str(tmp_path / "out")
    raw.mkdir()
    (raw / "page.txt").write_text("A page\n", encoding="utf-8")
    (raw / ".hidden.md").touch()
    for name in ("a.md", "b.md"):
        (raw / name).symlink_to("page.txt")
    arguments = ("run", "--raw", str(raw), "--out", out, "--workers", "1")
    for _ in range(2):  # a run that finds nothing changed says so, too
        result = call(*arguments)
        assert " 3  left out: 2 symbolic links, 1 hidden file or folder\n" in result.stdout
    told = loaded(*arguments, "--json")
    assert told["left_out"] == {"symbolic_links": 2, "hidden": 1, "special_files": 0}
    assert told["discovered"] == 1
    lines = map(json.loads, call(*arguments, "--log-json").stderr.splitlines())
    left_out = [line for line in lines if line["event"] == "left_out"]
    assert {line["level"] for line in left_out} == {"warning"}
    assert [(line["kind"], line["count"]) for line in left_out] == [
        ("symbolic_links", 2),
        ("hidden", 1),
    ]


@pytest.mark.slow
def test_an_archive_of_links_alone_is_warned_of(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.md").symlink_to(RAW)
    for form in ((), ("--json",)):  # the second run finds nothing changed
        result = call("run", "--raw", str(raw), "--out", str(tmp_path / "out"), *form)
        assert result.exit_code == 0
        assert result.stderr == (
            f"warning: no file in {raw}; all tables are empty "
            "(links, hidden and special files left out: 1)\n"
        )
        assert "no_articles" in result.stdout


@pytest.mark.slow
def test_a_watched_archive_is_built_again_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_sample(raw, 1)

    configuration = tmp_path / "how.yml"
    configuration.write_text("")

    def edits(named: tuple[str, ...], limits: Limits, given: Path) -> Iterator[None]:
        """A first run, one of a page more, one that fails, and then Ctrl-C."""
        assert (limits, given) == (DEFAULT_LIMITS, configuration)
        folder = Path(*named)
        yield
        (folder / "more.txt").write_text("A page")
        yield
        shutil.rmtree(folder)
        yield
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.build.watch.changes", edits)
    named = ("--raw", str(raw), "--out", str(out), "--config", str(configuration))
    result = call("run", "--watch", *named, "--workers", "1")
    assert result.exit_code == 130
    assert len(re.findall(r"^newsloom .* run ", result.stdout, re.MULTILINE)) == 2
    assert str(raw) in result.stderr
    assert result.stderr.endswith("error: interrupted\n")
    assert "more.txt" in str(loaded("sql", "from files", "--out", str(out), "--json"))
