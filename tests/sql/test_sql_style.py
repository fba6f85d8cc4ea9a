"""The SQL keeps to what DuckDB and Spark compute alike, and says what it is."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import pytest
import sqlglot
from sqlglot import exp

from pipeline.core.catalog import Relation, relations, sql_folder
from pipeline.engines.generic_checks import generic_checks

TEXTS = {
    f"{path.parent.name}/{path.stem}": path.read_text(encoding="utf-8")
    for path in sorted(sql_folder().rglob("*.sql"))
} | {f"checks/{name}": text for name, text in generic_checks().items()}
RELATIONS = [r for r in relations().values() if r.query]

# Proved equal on both engines, or (quantile_cont, list_extract) by a rewrite that is exact. A
# function that is not here may differ without a word: look it up, prove it, then add it.
PORTABLE = """
    abs array_length avg cast coalesce concat_ws count date_diff date_trunc decimal exp extract
    floor generate_series greatest lag least left length list_concat list_contains list_distinct
    list_extract list_transform ln lower make_date max md5 min nullif quantile_cont regexp_extract
    regexp_replace row_number split_part sqrt string_agg string_split sum trim try_cast unnest
"""
SYNTAX = (
    "and as by case else exists filter from in join key not on or over then union values when where"
)
FORBIDDEN = ("distinct on", "at time zone", "within group", "asof join", "union by name", "pivot")


@cache
def parsed(text: str) -> exp.Query:
    statements = sqlglot.parse(text, read="duckdb")
    assert len(statements) == 1
    assert isinstance(statements[0], exp.Query)
    return statements[0]


def called(text: str) -> set[str]:
    tokens = sqlglot.tokenize(text, read="duckdb")
    return {
        token.text.lower()
        for token, after in pairwise(tokens)
        if after.text == "(" and re.fullmatch(r"[a-z_]+", token.text.lower())
    }


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_one_plain_select(name: str) -> None:
    is_part = name.startswith(("intermediate/", "rows/"))
    assert parsed(TEXTS[name]).args.get("order") or is_part, "no total order"
    code = re.sub(r"--[^\n]*|'[^']*'", "", TEXTS[name])
    assert not re.search(r"select\s+\*|\.\*|,\s*\*", code), "columns are listed"


@pytest.mark.parametrize("name", TEXTS)
def test_header_says_what_it_is(name: str) -> None:
    assert TEXTS[name].startswith("-- ")
    assert name.startswith("checks/") or "\n-- Grain: " in TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_only_portable_functions(name: str) -> None:
    text = TEXTS[name]
    tree = parsed(text)
    names = {cte.alias for cte in tree.find_all(exp.CTE)}
    names |= {alias.name for alias in tree.find_all(exp.TableAlias)}
    assert called(text) - names <= set(f"{PORTABLE} {SYNTAX}".split())
    code = re.sub(r"--[^\n]*", "", text)
    assert not [words for words in FORBIDDEN if words in code]
    assert not re.search(r"date_diff\(\s*'(?!day')", code), "other units differ between engines"
    tree.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda r: r.name)
def test_rows_are_in_the_order_of_the_key(relation: Relation) -> None:
    tree = sqlglot.parse_one(relation.query or "", read="duckdb")
    order = [term.this.name for term in tree.args["order"].expressions]
    assert tuple(order) == relation.key


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda r: r.name)
def test_final_columns_are_the_defined_ones(relation: Relation) -> None:
    tree = sqlglot.parse_one(relation.query or "", read="duckdb")
    assert isinstance(tree, exp.Query)
    assert tuple(tree.named_selects) == relation.column_names


def test_checks_are_marked_stop_or_warn() -> None:
    names = [path.stem for path in (sql_folder() / "checks").glob("*.sql")]
    assert names
    assert all(re.fullmatch(r"(stop|warn)_[a-z_]+", name) for name in names)


def test_every_definition_has_its_query_and_every_query_its_definition() -> None:
    for kind in ("tables", "marts"):
        folder = sql_folder() / kind
        queries = {path.stem for path in folder.glob("*.sql")}
        definitions = {path.stem for path in folder.glob("*.yml")}
        assert queries <= definitions
        assert kind == "tables" or queries == definitions
