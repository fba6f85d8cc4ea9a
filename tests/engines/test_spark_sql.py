"""SELECTs become steps of Spark; that they give the same rows is held by `make test-spark`."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from pipeline.core.catalog import intermediates, relations
from pipeline.engines.checks import checks
from pipeline.engines.spark_sql import Step, steps

QUERIES = {each.name: each.query for each in relations().values() if each.query} | checks()


def tables(step: Step) -> set[str]:
    """What a step reads."""
    return {each.name for each in parse_one(step.query, dialect="spark").find_all(exp.Table)}


@pytest.mark.parametrize("name", QUERIES)
def test_each_step_reads_what_is_there_before_it(name: str) -> None:
    known = {*relations(), *(f"parsed_{each}" for each in relations())}
    for step in steps(name, QUERIES[name] or ""):
        assert step.name not in known or step.name == name
        assert tables(step) <= known, step.name
        known.add(step.name)
        within = {*known}
        for inner in step.loop.steps if step.loop else ():
            assert tables(inner) <= within, inner.name
            within.add(inner.name)


@pytest.mark.parametrize(
    ("duckdb", "spark"),
    [
        ("quantile_cont(x, 0.5)", "PERCENTILE(x, 0.5)"),
        ("list_extract(x, n)", "TRY_ELEMENT_AT(x, CAST(n AS INT))"),
        ("string_split(x, '.')", r"SPLIT(x, '\\.')"),
        ("lower(x)", "LOWER(TRANSLATE(x, 'İΣ', 'iσ'))"),
        ("trim(x, '-')", "TRIM('-' FROM x)"),
        ("x / (y + 1)", "x / NULLIF((y + 1), 0)"),
        ("x / 7 / nullif(y, 0)", "x / 7 / NULLIF(y, 0)"),
        ("left(x, 6)", "SUBSTRING(x, 1, 6)"),
        ("length(x) * 10", "CAST(LENGTH(x) AS BIGINT) * 10"),
        ("rank() over (order by x)", "CAST(RANK() OVER (ORDER BY x NULLS LAST) AS BIGINT)"),
        ("sum(x) over ()", "SUM(x) OVER ()"),
        (r"regexp_extract(x, '^(.\s)$', 1)", r"REGEXP_EXTRACT(x, '^([^\n][\t\n\f\r ])\z')"),
        (r"regexp_replace(x, '[^\s.$]+', ' ', 'g')", r"REGEXP_REPLACE(x, '[^\t\n\f\r .$]+', ' ')"),
    ],
)
def test_what_the_two_disagree_on_is_put_in_other_words(duckdb: str, spark: str) -> None:
    (step,) = steps("a", f"select {duckdb} as y from t")
    text = step.query.replace("\\\\", "\\") if "REGEXP" in spark else step.query
    assert text == f"SELECT {spark} AS y FROM t"


def test_a_series_that_would_run_backwards_is_empty() -> None:
    (step,) = steps("a", "select unnest(generate_series(1, n)) as y from t")
    assert "CASE WHEN CAST(1 AS BIGINT) <= CAST(n AS BIGINT) THEN SEQUENCE(" in step.query


def test_rules_hold_within_one_another() -> None:
    (step,) = steps("a", "select length(lower(left(x, 2))) as y from t")
    wanted = "CAST(LENGTH(LOWER(TRANSLATE(SUBSTRING(x, 1, 2), 'İΣ', 'iσ'))) AS BIGINT)"
    assert wanted in step.query


def test_equal_names_of_ctes_do_not_meet() -> None:
    query = """
        with a as (with b as (select 1 as x) select x from b), b as (select 2 as x)
        select a.x, b.x as y from a cross join b order by y
    """
    found = steps("q", query)
    assert [each.name for each in found] == ["q__a__b", "q__a", "q__b", "q"]
    assert found[1].query == "SELECT x FROM q__a__b AS b"
    assert found[-1].query.startswith("SELECT a.x, b.x AS y FROM q__a AS a CROSS JOIN q__b AS b")


def test_what_is_costly_and_read_twice_is_kept() -> None:
    joined = " cross join ".join(["t", "u", "v", "w"])
    query = f"with a as (select 1 as x from {joined}), b as (select x from t) select 1 from a, b"
    assert [each.is_kept for each in steps("q", query)] == [False, False, False]
    assert [each.is_kept for each in steps("q", f"{query}, a as c, b as d")] == [True, False, False]


def test_a_recursion_is_a_loop() -> None:
    query = """
        with recursive edges as (select x, y from t), near (x, y) using key (x) as (
            select x, y from edges
            union (
                with far as (select edges.x, here.y from edges
                    inner join recurring.near as here on edges.y = here.x)
                select x, min(y) from far group by x
            )
        )
        select x, y from near
    """
    edges, near, last = steps("q", query)
    assert edges.is_kept  # each round reads it
    assert near.columns == ("x", "y")
    assert near.loop is not None
    assert near.loop.key == ("x",)
    assert [each.name for each in near.loop.steps] == ["q__near__far", "q__near__new"]
    assert "INNER JOIN q__near AS here" in near.loop.steps[0].query
    assert last.query == "SELECT x, y FROM q__near AS near"


def test_intermediates_are_made_once() -> None:
    query = relations()["cluster_articles"].query or ""
    first = {each.name for each in steps("cluster_articles", query)}
    again = {each.name for each in steps("cluster_articles", query, intermediates())}
    assert first - again >= {"article_numbers", "normalized_articles"}


def test_the_order_is_left_out_where_rows_are_sorted_later() -> None:
    (ordered,) = steps("a", "select x from t order by x")
    (unordered,) = steps("a", "select x from t order by x", is_ordered=False)
    assert (ordered.query, unordered.query) == (
        "SELECT x FROM t ORDER BY x NULLS LAST",
        "SELECT x FROM t",
    )
