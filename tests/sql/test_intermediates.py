"""Intermediates: SELECTs that several relations share, put before each that reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pipeline
from pipeline.core.catalog import complete, intermediates, relations, sql_folder
from tests.sql_engine import connect, references

READERS = [
    *(sql_folder() / "tables").glob("*.sql"),
    *(sql_folder() / "intermediate").glob("*.sql"),
    *(sql_folder() / "marts").glob("*.sql"),
    *Path(pipeline.__file__).parent.rglob("*.py"),
]
STARTS = {
    "select": "-- Which?\nselect canonical_url,\nfrom url_owner\norder by canonical_url\n",
    "with": "-- Which?\nwith urls as (\n    select canonical_url,\n    from url_owner\n)\n\n"
    "select canonical_url,\nfrom urls\norder by canonical_url\n",
    "recursive": "with recursive urls as (\n    select canonical_url,\n    from url_owner\n)\n\n"
    "select canonical_url,\nfrom urls\norder by canonical_url\n",
}


@pytest.mark.parametrize("query", STARTS.values(), ids=STARTS)
def test_a_query_runs_with_nothing_but_the_tables(query: str) -> None:
    con = connect()
    con.execute("create table articles (canonical_url text, article_id text, published_at date)")
    con.execute("insert into articles values ('b', '1', null), ('a', '2', null), ('a', '3', null)")
    assert con.execute(complete(query)).fetchall() == [("a",), ("b",)]


def test_a_query_that_reads_none_stays_as_it_is() -> None:
    query = "-- Not from url_owner.\nselect url_owner,\nfrom articles\norder by url_owner\n"
    assert complete(query) == query


@pytest.mark.parametrize("name", intermediates())
def test_each_is_read_and_reads_relations_only(name: str) -> None:
    texts = (path.read_text(encoding="utf-8") for path in READERS)
    assert any(re.search(rf'(from|join) {name}\b|\["{name}"\]', text) for text in texts)
    assert set(references(complete(intermediates()[name]))) <= set(relations())


def test_none_is_a_relation() -> None:
    assert not intermediates().keys() & relations().keys()
    for made in relations().values():
        assert not intermediates().keys() & set(references(made.query or "select 1"))
