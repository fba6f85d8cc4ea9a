"""`--log-json`: one object per line, known events, every problem counted by its code, no secret."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.build import events as log
from pipeline.core.errors import codes
from tests.calling import call

RAW = Path(__file__).parent.parent.parent / "data" / "raw"
SECRET = "xyzzy"


def told(*arguments: str, exit_code: int = 0) -> list[dict[str, Any]]:
    """The lines that a run told on stderr, all of them JSON."""
    result = call("run", "--log-json", "--json", "--workers", "1", *arguments)
    assert result.exit_code == exit_code
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    for line in lines:
        assert line["event"] in log.EVENTS
        assert line["level"] in ("info", "warning", "error")
        assert line["time"].endswith("Z")
    assert len({line["run_id"] for line in lines}) == 1
    return lines


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[list[dict[str, Any]]]]:
    """A run, and another that finds nothing to do."""
    out = str(tmp_path_factory.mktemp("log") / "out")
    return out, [told("--raw", str(RAW), "--out", out) for _ in range(2)]


def test_every_problem_is_counted_by_its_code(
    runs: tuple[str, list[list[dict[str, Any]]]],
) -> None:
    out, both = runs
    with pipeline.open(out) as build:
        rows = build.sql("select code, count(*) as n from rejects group by code")
    counted = dict(zip(rows["code"], rows["n"], strict=True))
    for lines in both:
        problems = [line for line in lines if line["event"] == "problem"]
        assert {line["code"]: line["count"] for line in problems} == counted
        assert all(line["level"] == codes()[line["code"]].severity for line in problems)


def test_a_run_tells_how_it_went(runs: tuple[str, list[list[dict[str, Any]]]]) -> None:
    out, (first, second) = runs
    manifest = json.loads((Path(out) / "manifest.json").read_bytes())
    assert [line["event"] for line in first[:3]] == ["started", "changed", "stage"]
    stages = [line["stage"] for line in first if line["event"] == "stage"]
    assert stages == ["read", "marts", "checks", "publish"]
    assert first[-1]["run_id"] == first[-1]["published_run_id"] == manifest["run_id"]
    assert {**first[-1]["files"], "warnings": first[-1]["warnings"]} == manifest["counts"]
    assert second[-1]["event"] == "unchanged"
    assert second[-1]["run_id"] != second[-1]["published_run_id"] == manifest["run_id"]


def test_a_failure_is_the_last_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    lines = told("--raw", str(RAW), "--out", str(tmp_path / "file" / "out"), exit_code=1)
    assert (lines[-1]["event"], lines[-1]["level"], lines[-1]["exit_code"]) == (
        "failed",
        "error",
        1,
    )
    assert "could not be written" in lines[-1]["message"]


def test_no_secret_is_told(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for number, text in enumerate(
        (f"secured: {SECRET}: {SECRET}", f"secured:\n  {SECRET}: 1\n  {SECRET}: 2", "title: a: b")
    ):
        (raw / f"{number}.md").write_text(f"---\ncategory: a\n{text}\n---\n")
    lines = told("--raw", str(raw), "--out", str(tmp_path / "out"))
    assert sum(line["count"] for line in lines if line["event"] == "problem") == 3
    assert SECRET not in json.dumps(lines)
    for path in tmp_path.rglob("*"):
        if path.is_file() and raw not in path.parents:
            assert SECRET.encode() not in path.read_bytes()


def test_a_program_may_listen(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    with caplog.at_level(logging.INFO, "newsloom"):
        log.begin("r1")
        log.log_event("started", raw=tmp_path)
    (record,) = caplog.records
    assert (record.getMessage(), record.run_id, record.fields) == (  # type: ignore[attr-defined]
        "started",
        "r1",
        {"raw": tmp_path},
    )
    with pytest.raises(KeyError, match="is no event"):
        log.log_event("oops")
