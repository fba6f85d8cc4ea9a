"""`newsloom sql`: a query and where it comes from, in every form of output, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from pipeline.cli.verbs import main
from tests.calling import call, loaded, printed
from tests.small_build import NASTY, write_example

QUERY = "select title, quality, is_published, published_at from articles order by article_id"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_example(tmp_path_factory.mktemp("sql"))


def test_a_query_may_stand_in_a_file(out: str, tmp_path: Path) -> None:
    path = tmp_path / "query.sql"
    path.write_text(f"-- a question?\n{QUERY}", encoding="utf-8")
    assert loaded("sql", "--file", str(path), "--out", out, "--json") == loaded(
        "sql", QUERY, "--out", out, "--json"
    )
    result = call("sql", QUERY, "--file", str(path), "--out", out)
    assert result.exit_code == 2
    assert "either a query or --file" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["-"], ["--file", "-"]])
def test_a_query_may_come_on_standard_input(out: str, arguments: list[str]) -> None:
    command = ["sql", *arguments, "--out", out, "--json"]
    result = CliRunner().invoke(main, command, input="select 7 as n;\n")
    assert json.loads(result.stdout) == [{"n": 7}]


def test_parameters_are_numbers_dates_or_text(out: str) -> None:
    given = {"n": "7", "day": "2020-02-11", "name": "it's", "text": '"7"', "none": "null"}
    query = f"select {', '.join(f'${name} as {name}' for name in given)}"
    options = [part for name, value in given.items() for part in ("--param", f"{name}={value}")]
    (row,) = loaded("sql", query, *options, "--out", out, "--json")
    assert row == {"n": 7, "day": "2020-02-11", "name": "it's", "text": "7", "none": None}
    days = "select $day - date '2020-02-10' as n"
    assert loaded("sql", days, *options[2:4], "--out", out, "--json") == [{"n": 1}]


def test_a_table_shows_control_characters_and_sends_none(out: str) -> None:
    lines = printed("sql", QUERY, "--out", out).splitlines()
    assert "\\x1b[31mred\\nnext [bold]b[/bold] \\u202ereversed" in lines[2]
    assert lines[2].endswith("50   true           2020-02-11 18:11:00")
    assert re.match(r"Plain +NULL +NULL +NULL$", lines[3])
    assert lines[4] == "(2 rows)"


def test_a_table_in_a_pipe_never_cuts_a_row(out: str) -> None:
    assert "x" * 500000 in printed("sql", "select repeat('x', 500000) as long", "--out", out)


def test_a_table_stops_at_a_hundred_rows_and_says_so(out: str) -> None:
    lines = printed("sql", "select topic from topics", "--out", out).splitlines()
    assert len(lines) == 2 + 100 + 1
    assert lines[-1] == "(first 100 rows; --format csv gives all)"


def test_csv(out: str) -> None:
    text = call("sql", QUERY, "--out", out, "--format", "csv").stdout
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows == [
        ["title", "quality", "is_published", "published_at"],
        [NASTY, "50", "true", "2020-02-11 18:11:00"],
        ["Plain", "", "", ""],
    ]


@pytest.mark.parametrize("option", [["--json"], ["--format", "json"]])
def test_json(out: str, option: list[str]) -> None:
    first, second = loaded("sql", QUERY, "--out", out, *option)
    assert first == {
        "title": NASTY,
        "quality": 50,
        "is_published": True,
        "published_at": "2020-02-11T18:11:00Z",
    }
    assert second["published_at"] is None


def test_json_holds_what_json_cannot(out: str) -> None:
    query = (
        "select sum(3) as whole, 1.25::decimal(5, 2) as part, 'nan'::double as none,"
        " date '2020-02-11' as day, [timestamp '2020-02-11 00:00:00'] as list, {'a': 1} as map,"
        " timestamptz '2020-02-11 18:11:00+02' as moment"
    )
    assert loaded("sql", query, "--out", out, "--json") == [
        {
            "whole": 3,
            "part": 1.25,
            "none": None,
            "day": "2020-02-11",
            "list": ["2020-02-11T00:00:00Z"],
            "map": {"a": 1},
            "moment": "2020-02-11T16:11:00Z",
        }
    ]


def test_no_rows(out: str) -> None:
    query = "select topic from topics where false"
    assert loaded("sql", query, "--out", out, "--json") == []
    assert printed("sql", query, "--out", out, "--format", "csv") == "topic\n"
    assert printed("sql", query, "--out", out).endswith("(0 rows)\n")


def test_markdown_cells_stay_in_their_table(out: str) -> None:
    lines = printed("sql", QUERY, "--out", out, "--format", "markdown").splitlines()
    assert lines[1] == "| --- | ---: | --- | --- |"
    assert lines[2].startswith("| =cmd() \\| \\x1b[31mred\\nnext ")
    assert lines[3] == "| Plain |  |  |  |"


@pytest.mark.parametrize("ending", ["csv", "json", "md", "parquet"])
def test_the_name_of_the_file_tells_the_format(out: str, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rows.{ending}"
    assert printed("sql", QUERY, "--out", out, "--output", str(path)) == ""
    assert path.stat().st_size > 0
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_parquet_holds_no_decimals(out: str, tmp_path: Path) -> None:
    path = tmp_path / "sums.parquet"
    printed(
        "sql", "select sum(article_count) as n from topics", "--out", out, "--output", str(path)
    )
    table = pq.read_table(path)
    assert (str(table.schema.field("n").type), table.to_pylist()) == ("int64", [{"n": 11175}])


def test_a_failed_query_leaves_the_file_as_it_was(out: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("before")
    query = "select case when range = 99999 then error('late') end from range(100000)"
    assert call("sql", query, "--out", out, "--output", str(path)).exit_code in (1, 2)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["from nothing"], "The tables and marts are article_topics"),
        (["selec 1"], "syntax error"),
        (["select 1 from nothing"], f"\nLINE 1: select 1 from nothing\n{' ' * 22}^"),
        (["select\n1 from nothing"], f"\nLINE 2: 1 from nothing\n{' ' * 15}^"),
        (["from topics", "--output", "/nope/x.csv"], "/nope is not there; x.csv cannot be"),
        (["select 1; select 2"], "one SELECT at a time; these are 2"),
        (["select tilte from articles"], 'Candidate bindings: "title"'),
        (["from article"], 'Did you mean "articles"'),
        (["select $a"], "not provided for the following parameters: a"),
        (["select 1", "--param", "a"], "'a' is not NAME=VALUE"),
        (["drop table articles"], "only SELECT"),
        (["from '/etc/passwd'"], "error: "),
        (["from topics", "--output", "rows.xyz"], "give --format"),
        (["from topics", "--output", "rows.csv", "--format", "table"], "csv, json, markdown"),
        (["from topics", "--format", "xlsx"], "'xlsx'"),
    ],
)
def test_wrong_requests(out: str, arguments: list[str], message: str) -> None:
    result = call("sql", *arguments, "--out", out)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_files_can_be_allowed(out: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n7\n")
    query = f"select a from '{tmp_path}/a.csv'"
    assert loaded("sql", query, "--out", out, "--json", "--allow-files") == [{"a": 7}]
