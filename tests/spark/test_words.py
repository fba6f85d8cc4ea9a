"""Every regular expression of `sql/`, and all that else looks at letters, on hostile texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest
from sqlglot import exp, parse_one

from pipeline.core.catalog import intermediates, relations
from pipeline.engines.checks import checks
from pipeline.engines.spark_session import spark_cluster
from pipeline.engines.spark_sql import translated
from tests.odd_records import TEXTS

pytest.importorskip("pyspark", reason="`make test-spark` has it")

REGULAR = (exp.RegexpExtract, exp.RegexpReplace)
OF_TEXT = (*REGULAR, exp.Left, exp.Length, exp.Lower, exp.Split, exp.SplitPart, exp.Trim)
QUERIES = {each.name: each.query for each in relations().values() if each.query} | checks()

LETTERS = (
    *"\r\n\v\f\x1c\x85\u2028\u2029\xa0\u3000\0\u200b\ufeff\xad\u0301\u0345$\\.[(^%_'+#",
    *"İıΣςßẞﬁǅKÅΩéⅧ²½٣𝟘𐐀😀中アเ\ue000\U0010ffffSs7",
    *("\r\n", "e\u0301", "👩\u200d🚀"),
)
"""What the engines might see in different ways: blanks, line ends, case, marks, numbers."""

PHRASES = (
    *("{}", "{0}{0}", "a{}", "{}a", "a{}b", " {} ", "  a{}  ", "  {}  ", "A{} | b{}", "a {}|{} b"),
    *("The {}a b", "the {0}{0}", "The{}s", "a b{}S{}", "a b{}s\n", "{}\n", "\n{}", "AB{} C"),
    *("2020{}", "2020-01-0{}", "2020-01-02{}", "{}2020-01-02", "www.{}", "{}www.a", "a - {}b"),
    *("Σ{}", " {}12 "),
)


def texts() -> list[str]:
    """Hostile texts, each once."""
    made = (phrase.format(each, each) for phrase in PHRASES for each in LETTERS)
    return list(dict.fromkeys([*TEXTS, *made]))


def uses() -> Iterator[exp.Expr]:
    """What the SELECTs do with texts, of a column `text` in place of what they do it with."""
    queries = [*QUERIES.values(), *intermediates().values()]
    for tree in (parse_one(query, dialect="duckdb") for query in queries):
        for node in tree.find_all(*OF_TEXT):
            use = node.copy()
            use.set("this", exp.column("text"))
            if all(column.name == "text" for column in use.find_all(exp.Column)):
                yield use
            else:
                assert not isinstance(node, REGULAR), f"its pattern must be written out: {node}"


def query_of(expressions: list[str]) -> str:
    """A SELECT of all expressions."""
    columns = [f"{each} as y{number}" for number, each in enumerate(expressions)]
    return f"select number, {', '.join(columns)} from texts"


def rows_of_both(address: str, expressions: list[str], of: list[str]) -> list[dict[str, list]]:
    """The values of each expression, by DuckDB and by Spark at an address."""
    table = pa.table({"number": range(len(of)), "text": of})
    query = query_of(expressions)
    with duckdb.connect() as connection:
        connection.register("texts", table)
        here = connection.sql(query).to_arrow_table()
    with spark_cluster(address, 0) as cluster:
        cluster.session.createDataFrame(table).createOrReplaceTempView("texts")
        there = cluster.session.sql(translated(parse_one(query, dialect="duckdb"))).toArrow()
    return [each.sort_by("number").to_pydict() for each in (here, there)]


@pytest.fixture(params=["sail", "local[2]"])
def address(request: pytest.FixtureRequest) -> str:
    """Sail, and Spark on this machine."""
    return request.getfixturevalue("sail") if request.param == "sail" else request.param


def test_patterns_take_hostile_texts_alike(address: str) -> None:
    expressions = list(dict.fromkeys(each.sql(dialect="duckdb") for each in uses()))
    assert sum("REGEXP" in each for each in expressions) > 30
    of = texts()
    here, there = rows_of_both(address, expressions, of)
    wrong = {}
    for number, each in enumerate(expressions):
        found = zip(of, here[f"y{number}"], there[f"y{number}"], strict=True)
        if differing := [values for values in found if values[1] != values[2]]:
            wrong[each] = differing[:5]
    assert not wrong


def test_every_letter_is_folded_alike(address: str) -> None:
    """All of Unicode 3.2: later letters depend on the age of a library."""
    of = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]
    of = [each for each in of if unicodedata.ucd_3_2_0.category(each) not in ("Cn", "Co")]
    assert len(of) > 90_000
    here, there = rows_of_both(address, ["lower(text)", "lower(concat('a', text))"], of)
    assert here == there
