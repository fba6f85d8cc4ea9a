"""`newsloom run` and `check` from end to end on the committed sample archive."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import Result

import pipeline
from pipeline.definitions import relations
from pipeline.errors import CheckFailed
from tests.calling import call, loaded, printed
from tests.small_build import write_build

RAW = Path(__file__).parent.parent / "data" / "raw"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Result]:
    out = str(tmp_path_factory.mktemp("run") / "out")
    return out, call("run", "--raw", str(RAW), "--out", out, "--workers", "1")


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


def test_an_empty_archive_is_a_build_too(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    out = str(tmp_path / "out")
    assert "       0  loaded" in printed("run", "--raw", str(tmp_path / "raw"), "--out", out)
    assert len(loaded("tables", "--out", out, "--json")) == len(relations())


@pytest.mark.parametrize("error", [CheckFailed("keys: 1 row"), OSError(28, "No space left")])
def test_a_failed_run_exits_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr("pipeline.build.build", fail)
    result = call("run", "--raw", str(RAW), "--out", str(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"error: {error}\n"


def test_a_stop_finding_fails_the_check(tmp_path: Path) -> None:
    articles = [{"article_id": "a", "title": "one"}, {"article_id": "a", "title": "two"}]
    out = str(write_build(tmp_path, {"articles": articles}))
    result = call("check", "--out", out)
    assert result.exit_code == 1
    assert re.search(r"^keys_of_tables  stop, ", result.stdout, re.MULTILINE)
