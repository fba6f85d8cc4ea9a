"""No raw file, however odd, keeps a build from being published."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.build.run import build
from pipeline.core.errors import Problem
from pipeline.core.records import dotted
from tests.odd_records import write_odd_records
from tests.transform.test_articles import rows_of

HEAD = (
    "category: news\ntitle: T\npublishedDateTime: 2020-01-01T00:00:00Z\n"
    "webUrl: https://odd.example/1\nprovider:\n  domain: odd.example\n"
)


def assert_published(folder: Path, files: int, seed: int) -> None:
    """Build odd records; most must come as far as rows and warnings, where most can go wrong."""
    write_odd_records(folder / "raw", files, seed)
    summary = build(folder / "raw", folder / "out", workers=1)
    assert (folder / "out" / "manifest.json").is_file()
    status = pq.read_table(folder / "out/tables/files.parquet")["status"].to_pylist()
    assert len(status) == files
    assert status.count("loaded") > files / 2
    assert sum(summary.problems.values()) > files


def test_a_build_of_odd_records_is_published(tmp_path: Path) -> None:
    assert_published(tmp_path, 60, seed=0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 11))
def test_many_builds_of_odd_records_are_published(seed: int, tmp_path: Path) -> None:
    assert_published(tmp_path, 300, seed)


@pytest.mark.parametrize(
    ("more", "field", "raw_value"),
    [
        ("images:\n- ''\n", "images[1]", '""'),
        ('related:\n- ""\n', "related[1]", '""'),
        ("'': 1\n'': 2\n", '""', None),
        (".: 1\n.: 2\n", ".", None),
        ("..: 1\n..: 2\n", "..", None),
        ("a: {'': 1, '': 2}\n", 'a.""', None),
    ],
)
def test_an_empty_item_or_key_is_shown(more: str, field: str, raw_value: str | None) -> None:
    (row,) = rows_of("a.md", f"---\n{HEAD}{more}---\n".encode())["rejects"]
    assert (row["field"], row["raw_value"]) == (field, raw_value)


def test_no_text_of_a_problem_is_empty() -> None:
    problem = Problem("invalid_yaml", "", field="", raw_value="")
    assert (problem.message, problem.field, problem.raw_value) == ('""', '""', '""')
    assert dotted(("", 0, ".", "a")) == '""[1]...a'
