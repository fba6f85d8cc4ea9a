"""A run tells what it changes, before the former build is replaced."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.build.run import build
from pipeline.cli.diff_view import change_lines
from pipeline.core.results import Summary
from pipeline.sample import write_sample

ARTICLES = 12


@pytest.fixture(scope="module")
def summaries(tmp_path_factory: pytest.TempPathFactory) -> list[Summary]:
    """The first run; one after a title and an outlet are others; one with nothing changed."""
    home = tmp_path_factory.mktemp("former")
    raw, out = home / "raw", home / "out"
    write_sample(raw, ARTICLES)
    found = [build(raw, out, workers=1)]
    one, other = sorted((raw / "_news").glob("*.md"))[:2]
    one.write_bytes(re.sub(rb'(?m)^title: "', b'title: "New ', one.read_bytes()))
    other.write_bytes(re.sub(rb"(?m)^  domain: .*$", b"  domain: new.example", other.read_bytes()))
    return [*found, build(raw, out, workers=1), build(raw, out, workers=1)]


def test_a_run_that_replaces_a_build_names_what_it_changed(summaries: list[Summary]) -> None:
    difference = summaries[1].difference
    assert difference is not None
    assert (difference.old, difference.new) == tuple(each.run_id for each in summaries[:2])
    articles = next(each for each in difference.relations if each.name == "articles")
    assert (articles.added, articles.removed, articles.changed) == (0, 0, 2)
    assert {"title", "provider_domain"} <= articles.columns.keys()
    lines = dict(change_lines(difference))
    assert lines["Changed"].startswith("articles: 2 changed (")
    assert lines["Changed"].endswith("; files: 2 changed")
    assert "new.example" in str(
        [each.movements for each in difference.relations if each.name == "provider_summary"]
    )
    assert lines["Moved"].startswith("article_count of ")


def test_a_run_that_replaces_none_or_makes_none_names_nothing(summaries: list[Summary]) -> None:
    assert [summaries[0].difference, summaries[2].difference] == [None, None]
    assert not [*change_lines(None)]


def test_a_former_build_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_sample(raw, 1)
    build(raw, out, workers=1)
    (raw / "more.md").write_bytes(next((raw / "_news").glob("*.md")).read_bytes())
    for file in out.rglob("*.parquet"):
        file.write_bytes(b"no Parquet")
    summary = build(raw, out, workers=1)
    assert (summary.rebuilt, summary.difference) == (True, None)
