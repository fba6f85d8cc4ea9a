"""What is noted of the queries is what sqlglot tells, and counts for these definitions only."""

from __future__ import annotations

import pytest

from pipeline import columns_read, lineage
from pipeline.definitions import sql_folder

QUERY = "select title from articles -- not noted"


@pytest.fixture(autouse=True)
def _noted_anew() -> None:
    columns_read._noted.cache_clear()


def test_the_notes_are_as_told() -> None:
    written = (sql_folder() / "columns_read.json").read_text(encoding="utf-8")
    assert written == columns_read.notes(), "run `make docs`"


def test_a_query_that_is_not_noted_is_told() -> None:
    assert columns_read.columns_read("new", QUERY) == {"articles": ["title"]}


def test_what_is_noted_is_not_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    query = (sql_folder() / "tables" / "topics.sql").read_text(encoding="utf-8")
    told = lineage.columns_read("topics", query)
    monkeypatch.delattr("pipeline.lineage.columns_read")
    assert columns_read.columns_read("topics", query) == told


def test_notes_for_other_definitions_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns_read, "_definitions", lambda: "others")
    assert columns_read._noted() == {}
