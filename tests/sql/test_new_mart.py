"""A new mart is two files and its cases: no Python, and no other file is edited."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("pipeline", "sql", "tests", "docs", "data")
QUERY = """\
-- On which days of the week do articles come out?
-- Grain: one day of the week on which an article was published.
select
    cast(date_diff('day', date '1970-01-05', published_date) % 7 + 1 as integer) as weekday,
    cast(count(*) as bigint) as article_count,
    min(provider_domain) as smallest_domain,
from articles
group by weekday
order by weekday
"""
DEFINITION = """\
description: How many articles come out on each day of the week.
grain: one day of the week on which an article was published
key: [weekday]
columns:
  - name: weekday
    type: INTEGER
    range: 1..7
    meaning: Day of the week, from 1 for Monday to 7 for Sunday, in UTC.
    source: articles.published_date
  - name: article_count
    type: BIGINT
    meaning: Number of articles published on this day of the week.
    source: articles
    unit: articles
  - name: smallest_domain
    type: VARCHAR
    meaning: The smallest domain of these articles in text order.
    source: articles.provider_domain
    references: providers.provider_domain
"""
CASES = {  # the articles as (day, domain), and the rows of the mart
    "one_article": ("2024-01-10 a.example", "3 1 a.example"),
    "a_week_apart": ("2024-01-08 b.example, 2024-01-15 a.example", "1 2 a.example"),
    "two_days": (
        "2024-01-07 b.example, 2024-01-08 a.example",
        "1 1 a.example, 7 1 b.example",
    ),
}
LISTS_RELATIONS = r"\brelations\(\)|\bKEYS\b"
DOCUMENTED = "test_methods.py"  # docs/methods.md asks for a section on each mart


def rows(text: str, *names: str) -> list[dict[str, str | int]]:
    values = [[int(v) if v.isdigit() else v for v in row.split()] for row in text.split(", ")]
    return [dict(zip(names, row, strict=True)) for row in values]


def add_mart(copy: Path) -> None:
    mart = copy / "sql" / "marts" / "weekday_counts"
    mart.with_suffix(".sql").write_text(QUERY, encoding="utf-8")
    mart.with_suffix(".yml").write_text(DEFINITION, encoding="utf-8")
    for name, (given, expected) in CASES.items():
        folder = copy / "tests" / "cases" / "marts" / mart.name / name
        folder.mkdir(parents=True)
        articles = {"articles": rows(given, "published_date", "provider_domain")}
        wanted = rows(expected, "weekday", "article_count", "smallest_domain")
        (folder / "given.yml").write_text(json.dumps(articles), encoding="utf-8")
        (folder / "expected.yml").write_text(json.dumps(wanted), encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a new mart, and its documents rendered as `make docs` does."""
    copy = tmp_path_factory.mktemp("project")
    made = shutil.ignore_patterns("__pycache__", "processed")
    for path in ROOT.iterdir():
        if path.name in FOLDERS:
            shutil.copytree(path, copy / path.name, ignore=made)
        elif path.is_file():
            shutil.copy(path, copy)
    add_mart(copy)
    assert "wrote docs/data-dictionary.md" in python(copy, "pipeline.docs.render", "docs")
    return copy


def python(copy: Path, module: str, *arguments: str) -> str:
    """What a module of the copy prints; it must not fail."""
    finished = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "NO_COLOR": "1", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout[-3_000:] + finished.stderr
    return finished.stdout


@pytest.mark.slow
def test_it_is_built_checked_explained_and_documented(project: Path) -> None:
    summary = json.loads(python(project, "pipeline", "run", "--json"))
    assert summary["rows"]["weekday_counts"] == 7
    python(project, "pipeline", "check")
    python(project, "pipeline", "verify")
    for rule in ("keys", "required_columns", "number_ranges", "foreign_keys"):
        assert "from weekday_counts\n" in python(project, "pipeline", "check", "--sql", rule)
    assert "published_date" in python(project, "pipeline", "lineage", "weekday_counts.weekday")
    assert "Day of the week" in python(project, "pipeline", "describe", "weekday_counts")
    assert "### weekday_counts" in (project / "docs" / "data-dictionary.md").read_text("utf-8")
    page = (project / "data" / "processed" / "report.html").read_text("utf-8")
    assert "Definition of <code>weekday_counts</code>" in page


@pytest.mark.slow
def test_the_folder_explains_it(project: Path) -> None:
    """Its columns, key and reference are in every description of the build."""
    python(project, "pipeline", "run", "--name", "Kelp")
    out = project / "data" / "processed"
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    entry = manifest["files"]["marts/weekday_counts.parquet"]
    assert manifest["archive"]["name"] == "Kelp"
    assert entry["primary_key"] == ["weekday"]
    there = {"table": "providers", "column": "provider_domain"}
    assert entry["foreign_keys"] == [{"column": "smallest_domain", "references": there}]

    resources = json.loads((out / "datapackage.json").read_text("utf-8"))["resources"]
    (schema,) = [each["schema"] for each in resources if each["name"] == "weekday_counts"]
    assert schema["primaryKey"] == ["weekday"]
    assert schema["fields"][0]["constraints"] == {"required": True, "minimum": 1, "maximum": 7}
    assert schema["foreignKeys"][0]["reference"] == {
        "resource": "providers",
        "fields": ["provider_domain"],
    }

    record_sets = json.loads((out / "croissant.json").read_text("utf-8"))["recordSet"]
    (fields,) = [each["field"] for each in record_sets if each["@id"] == "weekday_counts"]
    assert [each["name"] for each in fields] == ["weekday", "article_count", "smallest_domain"]
    assert fields[2]["references"]["fileObject"] == {"@id": "tables/providers.parquet"}

    page = (out / "dictionary.html").read_text("utf-8")
    for shown in ('id="weekday_counts.smallest_domain"', "from 1 for Monday", "group by weekday"):
        assert shown in page


@pytest.mark.slow
def test_the_tests_that_list_relations_pass(project: Path) -> None:
    modules = [
        path
        for path in sorted((project / "tests").rglob("test_*.py"))
        if path.name == "test_readme.py"
        or re.search(LISTS_RELATIONS, path.read_text(encoding="utf-8"))
    ]
    asked = [str(path.relative_to(project)) for path in modules if path.name != DOCUMENTED]
    assert len(asked) > 10
    options = ("-q", "-x", "-p", "no:cacheprovider", "-m", "not slow", "-k", "not new_mart")
    printed = python(project, "pytest", *options, *asked)
    assert "failed" not in printed
