"""A stop check that finds rows names the raw files behind them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.build.run import build
from pipeline.core.catalog import Relation, relations
from pipeline.core.errors import CheckFailed
from pipeline.core.results import Finding
from pipeline.engines.checks import checks, run_check
from pipeline.engines.finding_sources import sources_query
from pipeline.engines.generic_checks import key_value
from tests.calling import call
from tests.small_build import write_build
from tests.sql_engine import recount, sound_archive

A1, A2, A3, A4 = (f"news/a{number}.md" for number in range(1, 5))
P1 = "pages/p1.txt"


@pytest.fixture(scope="module")
def sound() -> duckdb.DuckDBPyConnection:
    return sound_archive()


@pytest.fixture
def doctored(sound: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    sound.execute("begin")
    yield sound
    sound.execute("rollback")


@pytest.mark.parametrize(
    ("check", "statement", "paths"),
    [
        ("stop_empty_texts", "update images set url = ''", (A1,)),
        ("stop_empty_texts", "update rejects set raw_value = ''", (A1,)),
        ("stop_keys", "insert into articles select * from articles", (A1, A2, A3, A4)),
        ("stop_keys", "insert into related_items select * from related_items", (A1, A2)),
        ("stop_allowed_values", "update page_paragraphs set role = 'poem'", (P1,)),
        ("stop_required_columns", "update page_links set rank = null", (P1,)),
        (
            "stop_number_ranges",
            "update articles set topic_count = -1 where topic_count = 0",
            (A3, A4),
        ),
        ("stop_number_ranges", "update story_articles set position = 0", (A1, A2, A3, A4)),
        (
            "stop_row_rules",
            "update files set sha256 = 'a' where status <> 'loaded'",
            ("README.md",),
        ),
        ("stop_row_rules", "update articles set heat = -1 where article_id = 'a2'", (A2,)),
        ("stop_timestamps", "update articles set updated_at = '3000-01-01'", (A1, A2, A3, A4)),
        ("stop_foreign_keys", "update related_items set provider_domain = 'x.example'", (A1, A2)),
        ("stop_foreign_keys", "update article_topics set article_id = 'nowhere'", ()),
        ("stop_number_ranges", "update provider_summary set article_share = 2", ()),
        ("warn_negative_quality", "update articles set quality = -1", ()),
    ],
)
def test_files_behind_the_rows(
    doctored: duckdb.DuckDBPyConnection, check: str, statement: str, paths: tuple[str, ...]
) -> None:
    doctored.execute(statement)
    if "data_completeness" in checks()[check]:
        recount(doctored)
    finding = run_check(doctored, check, checks()[check])
    assert finding is not None
    assert (finding.source_count, finding.sources) == (len(paths), paths)


RAW_RELATIONS = {"articles", "pages", "files"}
NEAR = [
    each
    for each in relations().values()
    for column in each.columns
    if not column.nullable and str(column.references).partition(".")[0] in RAW_RELATIONS
]


@pytest.mark.parametrize("table", dict.fromkeys(NEAR), ids=lambda each: each.name)
def test_every_row_that_refers_to_a_file_leads_to_it(
    sound: duckdb.DuckDBPyConnection, table: Relation
) -> None:
    rows = sound.execute(f"select {key_value(table)} from {table.name}").fetchall()
    query = sources_query([table.name])
    assert query
    found = sound.execute(query, [[table.name] * len(rows), [key for (key,) in rows]]).fetchall()
    assert found
    assert set(found) <= {(A1,), (A2,), (A3,), (A4,), (P1,)}


def test_many_files_are_counted_and_five_named(doctored: duckdb.DuckDBPyConnection) -> None:
    doctored.execute("update files set sha256 = 'a'; delete from articles; delete from pages")
    doctored.execute(
        "insert into files (source_path, sha256) select 'f' || i, 'a' from range(9) r(i)"
    )
    finding = run_check(doctored, "stop_row_rules", checks()["stop_row_rules"])
    assert finding is not None
    assert (finding.rows, finding.source_count, len(finding.sources)) == (15, 15, 5)
    assert finding.sources_text == "from 15 raw files: README.md, f0, f1, f2, f3, …"


def test_a_check_that_names_no_relation_still_counts(sound: duckdb.DuckDBPyConnection) -> None:
    finding = run_check(sound, "stop_invented", "select article_id from articles order by 1")
    assert finding == Finding("invented", "stop", 4, ("a1", "a2", "a3", "a4"))


RECORD = (
    "---\ncategory: news\ntitle: {0}\npublishedDateTime: 2024-01-10T08:00:00Z\n"
    "webUrl: https://a.example/{0}\nprovider:\n  name: A\n  domain: a.example\n---\n"
)
PLANTED = {
    "stop_planted": "select 'articles' as relation, article_id as key_value, 'odd' as problem"
    " from articles where title <> 'fine' order by article_id",
    "stop_total": "select 'provider_summary' as relation, provider_domain as key_value,"
    " 'odd' as problem from provider_summary order by provider_domain",
}


def test_a_stopped_run_names_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    for title in ("fine", "worse", "worst"):
        (raw / f"{title}.md").write_text(RECORD.format(title), encoding="utf-8")
    monkeypatch.setattr("pipeline.build.materialize.checks", lambda: PLANTED)
    with (
        caplog.at_level(logging.INFO, logger="newsloom"),
        pytest.raises(CheckFailed, match=r"planted: 2 rows .* from 2 raw files: worse.md, worst.md;"
                          r" total: 1 row \(provider_summary, a.example, odd\)$"),
    ):  # fmt: skip
        build(raw, out, workers=1)
    told = [record.fields for record in caplog.records if record.message == "finding"]
    assert told == [
        {
            "check": "planted",
            "severity": "stop",
            "count": 2,
            "source_count": 2,
            "sources": ["worse.md", "worst.md"],
        },
        {"check": "total", "severity": "stop", "count": 1, "source_count": 0, "sources": []},
    ]
    assert not (out / "manifest.json").exists()


def test_check_shows_the_files(tmp_path: Path) -> None:
    rows = {
        "articles": [
            {"article_id": name, "source_path": f"{name}\x1b.md", "topic_count": -1}
            for name in ("a", "b")
        ]
    }
    result = call("check", "--out", str(write_build(tmp_path, rows)))
    assert result.exit_code == 1
    assert "  from 2 raw files: a\\x1b.md, b\\x1b.md\n" in result.stdout
