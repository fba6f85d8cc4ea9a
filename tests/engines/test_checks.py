"""Checks select rows that offend; each is found by its name and tells the raw files behind."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.core.errors import BuildMissing, DefinitionError, UsageError
from pipeline.engines.checks import check_database, checks, rule, rules, run_check
from tests.sql_engine import sound_archive

ROWS = "select 'articles' as relation, article_id as key_value, 'bad' as problem from articles"


@pytest.fixture(scope="module")
def archive() -> duckdb.DuckDBPyConnection:
    return sound_archive()


def test_written_and_rendered_checks_stand_in_one_list() -> None:
    names = list(checks())
    assert names == sorted(names)
    assert {"stop_shares", "warn_rejected_files", "stop_keys"} <= set(names)
    assert {name.partition("_")[0] for name in names} == {"stop", "warn"}


def test_a_check_is_found_with_or_without_its_severity() -> None:
    assert rule("shares") == rule("stop_shares") == rules()["stop_shares"]
    assert rule("shares").query == checks()["stop_shares"]
    with pytest.raises(
        UsageError, match=r"no check 'share'; did you mean shares\? there are allowed_"
    ):
        rule("share")


@pytest.mark.parametrize("name", checks())
def test_every_check_is_explained(name: str) -> None:
    found = rules()[name]
    for text in (found.meaning, found.consequence, found.cure):
        assert text.endswith(".")
        assert "Consequence:" not in text
        assert "Cure:" not in text


def test_a_check_that_is_not_explained_is_a_wrong_definition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.engines.checks.checks", lambda: {"warn_x": "-- What.\nselect 1"})
    with pytest.raises(DefinitionError, match="warn_x: the header says no Consequence"):
        rules()


def test_all_rows_of_one_check_can_be_asked_for(archive: duckdb.DuckDBPyConnection) -> None:
    query = "select 'topics' as relation, 'x' as key_value, 'bad' as problem from range(9)"
    for shown, count in ((5, 5), (None, 9)):
        finding = run_check(archive, "warn_invented", query, shown)
        assert finding
        assert len(finding.sample) == count


def test_a_finding_counts_shows_and_names_the_files(archive: duckdb.DuckDBPyConnection) -> None:
    finding = run_check(archive, "stop_invented", f"{ROWS} order by key_value")
    (articles,) = archive.execute("select count(*) from articles").fetchall()
    assert finding
    assert (finding.check, finding.severity, finding.rows) == ("invented", "stop", articles[0])
    assert finding.sample[0].startswith("articles, ")
    assert len(finding.sample) == min(5, articles[0])
    assert finding.source_count == articles[0]
    paths = archive.execute("select source_path from articles order by all").fetchall()
    assert finding.sources == tuple(path for (path,) in paths)[:5]


def test_a_warning_asks_for_no_files_and_no_row_is_no_finding(
    archive: duckdb.DuckDBPyConnection,
) -> None:
    warning = run_check(archive, "warn_invented", ROWS)
    assert warning
    assert (warning.severity, warning.sources) == ("warn", ())
    assert run_check(archive, "stop_invented", f"{ROWS} where false") is None


def test_a_database_is_checked_as_a_whole(archive: duckdb.DuckDBPyConnection) -> None:
    assert [each for each in check_database(archive) if each.severity == "stop"] == []
    with pytest.raises(BuildMissing, match="does not hold what newsloom makes"):
        check_database(duckdb.connect())
