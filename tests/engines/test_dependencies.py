"""Which SQL file reads which: by their words, and by DuckDB's parser where words do not tell."""

from __future__ import annotations

import pytest

from pipeline.core.catalog import relations
from pipeline.core.errors import DefinitionError
from pipeline.engines.checks import checks
from pipeline.engines.dependencies import graph, named, references
from pipeline.report.explorer import queries as report_queries

MADE = {name: made.query for name, made in relations().items() if made.query}
SELECTS = MADE | checks() | report_queries()


@pytest.mark.parametrize("name", SELECTS)
def test_words_name_all_that_the_parser_sees(name: str) -> None:
    read = references(name, SELECTS[name])
    assert read & relations().keys() <= named(name, SELECTS[name], relations())


def test_each_is_told_with_all_that_it_reads() -> None:
    read = graph(MADE)
    assert read.keys() == MADE.keys()
    for name, query in MADE.items():
        assert references(name, query) & MADE.keys() <= read[name]


def test_words_alone_tell_the_graph_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("pipeline.engines.dependencies.references")
    assert list(graph(MADE).items()) == list(graph(dict(reversed(MADE.items()))).items())


def test_each_comes_after_those_it_reads() -> None:
    one = "select 1 as x"
    assert list(graph({"a": "select x from c", "c": "select x from b", "b": one})) == list("bca")
    assert list(graph({"b": one, "a": one})) == ["a", "b"]


@pytest.mark.parametrize(
    "query",
    [
        "select 'b' as x from c",
        "-- as b does\nselect 1 as x from c",
        "select /* not b */ b.x from c as b",
        "with b as (select 1 as x from c) select x from b",
    ],
)
def test_a_word_that_is_no_reference_makes_no_circle(query: str) -> None:
    others = {"b": "select x from a", "c": "select 1 as x"}
    assert graph({"a": query, **others}) == {"a": {"c"}, "b": {"a"}, "c": set()}


@pytest.mark.parametrize("query", ["SELECT x FROM B", 'select x from "b"', "select x from a.b"])
def test_a_reference_may_be_spelt_in_many_ways(query: str) -> None:
    assert graph({"a": query, "b": "select 1 as x"}) == {"a": {"b"}, "b": set()}


@pytest.mark.parametrize(
    "queries",
    [
        {"a": "select x from b", "b": "select x from a"},
        {"a": "select x from a"},
        {"a": "with recursive b as (select x from a) select x from b"},
    ],
)
def test_a_circle_is_refused(queries: dict[str, str]) -> None:
    with pytest.raises(DefinitionError, match="read one another: a →"):
        graph(queries)
