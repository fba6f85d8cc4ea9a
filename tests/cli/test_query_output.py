"""What a query gives, in every form: control characters, types of any kind, and links."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import unicodedata
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tests.calling import call, loaded, printed
from tests.cli.test_console import on_terminal, without_style
from tests.small_build import write_build

FORMS = ("table", "csv", "json", "markdown", "parquet")
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
MARKS = "\u061c\u200e\u200f\ufeff"
UNSAFE = [
    char
    for char in map(chr, range(1, sys.maxunicode + 1))
    if unicodedata.category(char) in ("Cc", "Zl", "Zp")
    or unicodedata.bidirectional(char) in BIDI
    or char in MARKS
]
TEXT = "".join(f"{number}{char}" for number, char in enumerate(UNSAFE))
WRITTEN = f'select source_path as "heading{"".join(UNSAFE)}" from rejects'
LINE_ENDS = {"\n", "\r"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> str:
    reject = {
        "source_path": TEXT, "problem_number": 1, "severity": "error", "code": "invalid_yaml",
        "field": TEXT, "line": 1, "raw_value": TEXT, "message": TEXT,
    }  # fmt: skip
    return str(write_build(tmp_path_factory.mktemp("output"), {"rejects": [reject]}))


def test_there_are_as_many_as_expected() -> None:
    assert len(UNSAFE) == 64 + 2 + 9 + len(MARKS)  # NUL is no text for DuckDB's literals


VERBS = [
    *(["sql", WRITTEN, "--format", form] for form in FORMS if form != "parquet"),
    ["sql", "select source_path[:20] as x from rejects"], ["sql", f"selec {TEXT}"],
    ["rejects"], ["rejects", "--json"], ["rejects", "--code", "invalid_yaml"],
    ["rejects", "--code", "invalid_yaml", "--json"], ["rejects", "--code", TEXT], ["check"],
    ["check", "--json"], ["describe", TEXT], ["lineage", TEXT], ["verify", "--json"],
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_a_terminal_gets_no_control_character(out: str, verb: list[str]) -> None:
    text = without_style(on_terminal(*verb, "--out", out) if verb[0] != "lineage"
                         else on_terminal(*verb))  # fmt: skip
    assert not set(UNSAFE) - LINE_ENDS & set(text)


def test_a_file_explained_sends_none(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\ncategory: {TEXT}\ntitle: {TEXT}\n---\n{TEXT}", encoding="utf-8")
    for option in ([], ["--json"]):
        assert not set(UNSAFE) - {"\n"} & set(printed("explain", str(path), *option))


def test_json_says_the_same_and_sends_none(out: str) -> None:
    text = call("sql", WRITTEN, "--out", out, "--format", "json").stdout
    assert not set(UNSAFE) - {"\n"} & set(text)
    assert json.loads(text) == [{f"heading{''.join(UNSAFE)}": TEXT}]
    for arguments in (["rejects"], ["rejects", "--code", "invalid_yaml"], ["check"]):
        shown = call(*arguments, "--json", "--out", out).stdout
        assert not set(UNSAFE) - {"\n"} & set(shown)
        assert json.loads(shown)


def test_csv_in_a_pipe_and_in_a_file_is_exact(out: str, tmp_path: Path) -> None:
    query, path = "select source_path from rejects", tmp_path / "a.csv"
    piped = call("sql", query, "--out", out, "--format", "csv").stdout_bytes
    printed("sql", query, "--out", out, "--output", str(path))
    assert path.read_bytes() == piped
    assert list(csv.reader(io.StringIO(piped.decode(), newline=""))) == [["source_path"], [TEXT]]


def types() -> list[str]:
    with duckdb.connect() as connection:
        described = connection.execute("select column_name from (describe from test_all_types())")
        return [name for (name,) in described.fetchall()]


NOT_IN_PARQUET = {"interval", "empty_struct", "union"}
if int(pa.__version__.partition(".")[0]) < 25:
    NOT_IN_PARQUET |= {"fixed_nested_int_array", "fixed_nested_varchar_array"}


STORABLE = [f'"{name}"' for name in types() if name not in NOT_IN_PARQUET]
REFUSED = [f'"{name}"' for name in sorted(NOT_IN_PARQUET)]


@pytest.mark.parametrize(
    "columns",
    [
        *("*", ", ".join(STORABLE), *REFUSED),
        # Fifty columns in five forms take seconds; together they are written above.
        *(pytest.param(column, marks=pytest.mark.slow) for column in STORABLE),
    ],
)
def test_every_type_is_written_in_every_form(out: str, tmp_path: Path, columns: str) -> None:
    query = f"select {columns} from test_all_types()"
    for form in FORMS:
        path = ["--output", str(tmp_path / "a")] if form == "parquet" else []
        result = call("sql", query, "--out", out, "--format", form, *path)
        if form == "parquet" and columns in ("*", *REFUSED):
            assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])
            assert "cast that column to VARCHAR" in result.stderr
        else:
            assert (result.exit_code, result.stderr) == (0, "")
    rows = json.loads(call("sql", query, "--out", out, "--format", "json").stdout)
    assert len(rows) == 3
    assert "*" in columns or not any(rows[2].values())


def test_times_that_python_does_not_have_are_written_as_duckdb_does(out: str) -> None:
    values = "'infinity'::date as a, '-infinity'::timestamp as b, '12345-06-07'::date as c"
    query = f"select {values}, ['infinity'::timestamptz] as d, date '2020-02-11' as e"
    assert loaded("sql", query, "--out", out, "--json") == [
        {"a": "infinity", "b": "-infinity", "c": "12345-06-07", "d": "[infinity]",
         "e": "2020-02-11"}
    ]  # fmt: skip


class TestOutput:
    def test_a_link_is_replaced_and_never_written_through(self, out: str, tmp_path: Path) -> None:
        mine, link = tmp_path / "mine", tmp_path / "rows.csv"
        mine.write_text("mine")
        link.symlink_to(mine)
        printed("sql", "select 1 as x", "--out", out, "--output", str(link))
        assert (mine.read_text(), link.is_symlink(), link.read_text()) == ("mine", False, "x\n1\n")

    def test_a_name_that_could_be_foreseen_is_not_used(
        self, out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mine = tmp_path / "mine"
        mine.write_text("mine")
        monkeypatch.setattr("secrets.token_hex", lambda size: "0" * size)
        for name in (f".rows.csv.{os.getpid()}.partial", f".{'0' * 8}.partial"):
            (tmp_path / name).symlink_to(mine)
        query, path = "select 1 as x", tmp_path / "rows.csv"
        assert call("sql", query, "--out", out, "--output", str(path)).exit_code == 1
        assert mine.read_text() == "mine"

    def test_what_is_no_file_stays(self, out: str, tmp_path: Path) -> None:
        pipe = tmp_path / "rows.csv"
        os.mkfifo(pipe)
        result = call("sql", "select 1", "--out", out, "--output", str(pipe))
        assert result.exit_code == 2
        assert pipe.is_fifo()

    def test_a_new_file_has_the_usual_rights(self, out: str, tmp_path: Path) -> None:
        path, usual = tmp_path / "rows.csv", tmp_path / "usual"
        usual.touch()
        printed("sql", "select 1", "--out", out, "--output", str(path))
        assert path.stat().st_mode == usual.stat().st_mode
