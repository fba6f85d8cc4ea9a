"""What is shown of two builds compared."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from pipeline.core.catalog import relations
from tests.calling import call, loaded, printed
from tests.small_build import NASTY, write_build


@pytest.fixture
def builds(tmp_path: Path) -> tuple[str, str]:
    month: dict[str, Any] = {"topic": NASTY, "article_count": 9, "avg_quality": 50.0}
    old = {"topic_summary": [month], "topics": [{"topic": "a", "article_count": 1}]}
    new = {"topic_summary": [{**month, "article_count": 1200, "avg_quality": 51.25}]}
    return str(write_build(tmp_path / "old", old)), str(write_build(tmp_path / "new", new))


def test_what_differs_is_a_line_of_a_table(builds: tuple[str, str]) -> None:
    lines = printed("diff", *builds).splitlines()
    (topics,) = (line.split() for line in lines if line.startswith("topics"))
    assert topics == ["topics", "1", "0", "0", "1", "0"]
    (at,) = (at for at, line in enumerate(lines) if line.startswith("topic_summary"))
    assert "article_count 13233.3 %: =cmd() | \\x1b[31mred\\nnext" in lines[at]
    assert lines[at].endswith("9 → 1,200")
    assert lines[at + 1].endswith("50 → 51.25")


def test_equal_builds_are_told_so(builds: tuple[str, str]) -> None:
    lines = printed("diff", builds[0], builds[0]).splitlines()
    assert lines[-1].startswith("Unchanged: article_topics, articles, ")


def test_the_same_rows_in_other_bytes_are_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {"topics": [{"topic": "a", "article_count": 1}]}
    old = write_build(tmp_path / "old", rows)
    monkeypatch.setattr(pq, "write_table", partial(pq.write_table, compression="zstd"))
    new = write_build(tmp_path / "new", rows)
    file = "tables/topics.parquet"
    assert (old / file).read_bytes() != (new / file).read_bytes()
    found = loaded("diff", str(old), str(new), "--json")
    assert found["relations"] == []
    assert found["unchanged"] == [*relations()]


def test_a_narrow_terminal_cuts_no_name(
    builds: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = partial(Console, width=80, markup=False, highlight=False)
    monkeypatch.setattr("pipeline.cli.console.console", lambda: narrow(file=sys.stdout))
    lines = printed("diff", *builds).splitlines()
    assert max(map(len, lines[:4])) <= 80
    assert any(line.startswith("topic_summary ") for line in lines)


def test_json_holds_all_of_it(builds: tuple[str, str]) -> None:
    found = loaded("diff", *builds, "--json")
    assert [each["name"] for each in found["relations"]] == ["topics", "topic_summary"]
    assert found["relations"][1]["movements"][0]["segments"][0]["after"] == 1200


def test_what_is_no_build_is_a_wrong_request(builds: tuple[str, str], tmp_path: Path) -> None:
    result = call("diff", builds[0], str(tmp_path / "nowhere"))
    assert result.exit_code == 2
    assert "nowhere holds no build" in result.stderr
