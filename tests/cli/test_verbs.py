"""The command line: what each verb prints, in which form, and the code it exits with."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

import pipeline
from pipeline.cli import exit_codes
from pipeline.core.catalog import relations, sql_folder
from pipeline.core.errors import codes
from pipeline.engines.checks import checks, rules
from pipeline.read.comparison import MEASURES, STRATA
from tests.calling import call, loaded, printed
from tests.small_build import write_build, write_example

VERBS = (
    "run",
    "check",
    "verify",
    "tables",
    "describe",
    "lineage",
    "examples",
    "sql",
    "compare",
    "diff",
    "export",
    "register",
    "rejects",
    "explain",
    "init",
    "sample",
    "version",
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_example(tmp_path_factory.mktemp("cli"))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_build(tmp_path_factory.mktemp("empty"), {}))


class TestHelp:
    def test_it_names_every_verb_in_order(self) -> None:
        listed = re.findall(r"^  ([a-z]+)  ", printed("--help"), re.MULTILINE)
        assert tuple(listed) == VERBS

    @pytest.mark.parametrize("verb", VERBS)
    def test_each_verb_explains_itself_and_speaks_json(self, verb: str) -> None:
        text = printed(verb, "--help")
        assert "--json" in text
        assert max(map(len, text.splitlines())) <= 80

    def test_the_help_of_compare_names_every_choice(self) -> None:
        text = " ".join(printed("compare", "--help").split())
        for names in (MEASURES, STRATA):
            assert ", ".join([*names][:-1]) + f" or {[*names][-1]}." in text

    def test_the_help_names_every_exit_code(self) -> None:
        codes = re.findall(r"^(\d+) ", exit_codes.__doc__ or "", re.MULTILINE)
        assert len(codes) == 8
        assert all(re.search(rf"\b{code}\b", printed("--help")) for code in codes)

    def test_version(self) -> None:
        assert printed("version") == f"newsloom {pipeline.__version__}\n"
        assert loaded("version", "--json")["newsloom"] == pipeline.__version__


class TestTables:
    def test_each_with_kind_rows_and_grain(self, out: str) -> None:
        lines = printed("tables", "--out", out).splitlines()
        assert any(re.match(r"topics +table +150 +one topic$", line) for line in lines)
        assert any(re.match(r"provider_monthly +mart +0 +one ", line) for line in lines)

    def test_json(self, out: str) -> None:
        entries = {entry["name"]: entry for entry in loaded("tables", "--out", out, "--json")}
        assert list(entries) == list(relations())
        assert entries["article_topics"]["key"] == ["article_id", "topic"]
        assert entries["articles"]["rows"] == 2


class TestCheckSql:
    @pytest.mark.parametrize("name", checks())
    def test_prints_what_runs_and_needs_no_build(self, name: str) -> None:
        text = printed("check", "--sql", name, "--out", "absent")
        assert text == checks()[name]
        assert printed("check", "--sql", name.partition("_")[2]) == text

    def test_an_unknown_rule_lists_those_there_are(self) -> None:
        result = call("check", "--sql", "stop_nothing")
        assert result.exit_code == 2
        for rule in rules().values():
            assert rule.name in result.stderr


class TestDescribe:
    @pytest.mark.parametrize("name", relations())
    def test_every_column_with_type_meaning_unit_and_source(self, name: str) -> None:
        text = printed("describe", name, "--out", "absent")
        for column in relations()[name].columns:
            line = next(line for line in text.splitlines() if line.startswith(f"{column.name} "))
            for part in (column.type, column.meaning, column.unit or "", column.source):
                assert " ".join(part.split()) in " ".join(line.split())

    def test_rows_where_there_is_a_build(self, out: str) -> None:
        assert re.search(r"^Rows +150$", printed("describe", "topics", "--out", out), re.MULTILINE)
        assert loaded("describe", "topics", "--out", out, "--json")["rows"] == 150
        assert loaded("describe", "topics", "--out", "absent", "--json")["rows"] is None

    def test_an_unknown_table_lists_those_there_are(self) -> None:
        result = call("describe", "artikel")
        assert result.exit_code == 2
        assert "no table 'artikel'; did you mean articles? there are article_top" in result.stderr

    def test_one_column(self) -> None:
        lines = printed("describe", "files.status").splitlines()
        assert lines[0] == "files.status"
        assert re.match(r"Values +loaded, skipped, rejected$", lines[4])
        assert loaded("describe", "topics.topic", "--json")["type"] == "VARCHAR"
        result = call("describe", "topics.topik")
        assert result.exit_code == 2
        assert "topics has no column 'topik'; did you mean topic?" in result.stderr


class TestExamples:
    def test_each_with_its_question(self) -> None:
        lines = printed("examples").splitlines()
        assert len(lines) == 2 + len(loaded("examples", "--json"))
        assert any(re.match(r"platforms +Which domains are platforms ", line) for line in lines)
        assert any(line.endswith("--param since=…") for line in lines)

    def test_one_is_answered_and_written(self, out: str) -> None:
        lines = printed("examples", "silent_days", "--out", out).splitlines()
        assert lines[0] == "When was the archive silent for longest?"
        assert lines[-1] == "(0 rows)"
        assert loaded("examples", "silent_days", "--out", out, "--json") == []

    def test_its_sql_is_printed(self) -> None:
        query = (sql_folder() / "examples" / "silent_days.sql").read_text(encoding="utf-8")
        assert printed("examples", "silent_days", "--sql") == query

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["silent_day"], "did you mean silent_days?"),
            (["rising_topics", "--param", "sinse=1"], "did you mean since?"),
            (["silent_days", "--param", "a=1"], "silent_days has no parameter 'a'"),
            (
                ["rising_topics", "--param", "since=foo"],
                "error: since is a date such as 2022-01-31",
            ),
            (["rising_topics", "--param", "since=2022"], "2022-01-31, not 2022\n"),
        ],
    )
    def test_wrong_requests(self, out: str, arguments: list[str], message: str) -> None:
        result = call("examples", *arguments, "--out", out)
        assert result.exit_code == 2
        assert message in result.stderr


class TestCheckCode:
    def test_a_rule_is_explained_and_all_its_rows_are_shown(self, tmp_path: Path) -> None:
        providers = [{"provider_domain": f"{at}.example", "name_count": 20} for at in range(7)]
        out = str(write_build(tmp_path / "out", {"providers": providers}))
        lines = printed("check", "--code", "many_provider_names", "--out", out).splitlines()
        assert lines[0] == "many_provider_names  warn"
        assert lines[1].startswith("A domain with many names is a platform")
        assert lines[2].startswith("Consequence  ")
        assert lines[3].startswith("Cure         Use `provider_publishers`")
        assert lines[-2:] == ["  providers, 6.example, domain has 20 names or more", "(7 rows)"]
        found = loaded("check", "--code", "many_provider_names", "--out", out, "--json")
        assert len(found["findings"][0]["sample"]) == 7

    def test_json_is_not_capped_and_the_screen_is(self, tmp_path: Path) -> None:
        providers = [{"provider_domain": f"{at}.example", "name_count": 20} for at in range(7)]
        out = str(write_build(tmp_path / "out", {"providers": providers}))
        found = {
            each["check"]: each for each in json.loads(call("check", "--out", out, "--json").stdout)
        }
        assert len(found["many_provider_names"]["sample"]) == 7
        shown = call("check", "--out", out).stdout
        (more,) = re.findall(r"  and 2 more: .* --code many_provider_names .*", shown)
        assert more.endswith(f" --code many_provider_names --out {out}")


class TestFolders:
    def test_they_may_come_from_the_environment(
        self, out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NEWSLOOM_OUT", out)
        assert loaded("describe", "topics", "--json")["rows"] == 150
        assert loaded("describe", "topics", "--out", "absent", "--json")["rows"] is None
        monkeypatch.setenv("NEWSLOOM_RAW", str(tmp_path / "nowhere"))
        result = call("run", "--out", str(tmp_path / "out"))
        assert result.exit_code == 2
        assert "nowhere" in result.stderr


class TestRejects:
    def test_grouped_by_code_errors_first(self, out: str) -> None:
        total, _, *lines = printed("rejects", "--out", out).splitlines()
        assert total == (
            "6 problems: 5 errors, for which a file is rejected; "
            "1 warning, for which a field or item is lost"
        )
        assert lines[0] == "invalid_yaml  error, 5 times in 5 files"
        assert lines[1] == "  _news/0.md:3  mapping values are not allowed here"
        assert lines[2:4] == ["  _news/1.md", "  _news/2.md"]
        assert lines[4].startswith("  and 2 more: ")
        assert lines[4].endswith(f"rejects --code invalid_yaml --out {out}")
        assert "invalid_integer  warning, once in 1 file" in lines

    def test_every_problem_of_one_code(self, out: str) -> None:
        lines = printed("rejects", "--code", "invalid_integer", "--out", out).splitlines()
        assert lines == ["_news/\\x1b[2J.md  quality", "  no whole number", "  value: high"]

    def test_json(self, out: str) -> None:
        first, second = loaded("rejects", "--out", out, "--json")
        assert first["paths"] == [f"_news/{number}.md" for number in range(5)]
        assert (first["problem_count"], first["first_line"]) == (5, 3)
        assert second["cure"] == codes()["invalid_integer"].cure
        rows = loaded("rejects", "--code", "invalid_yaml", "--out", out, "--json")
        assert [row["source_path"] for row in rows] == first["paths"]

    def test_none(self, empty: str) -> None:
        assert printed("rejects", "--out", empty) == "No problems: every file was read whole.\n"
        assert loaded("rejects", "--out", empty, "--json") == []
        assert "No problem" in printed("rejects", "--out", empty, "--code", "not_utf8")

    @pytest.mark.slow
    def test_files_that_were_skipped_were_not_read_whole(self, tmp_path: Path) -> None:
        raw, out = tmp_path / "raw", str(tmp_path / "out")
        raw.mkdir()
        for name in ("a.md", "b.md"):
            (raw / name).write_text("# Notes\n")
        printed("run", "--raw", str(raw), "--out", out, "--workers", "1")
        told = "No problems in what was read: 2 of 2 files skipped, every other read whole.\n"
        assert printed("rejects", "--out", out) == told

    def test_an_unknown_code_lists_those_there_are(self, out: str) -> None:
        result = call("rejects", "--code", "oops", "--out", out)
        assert result.exit_code == 2
        assert "there are unreadable_file, " in result.stderr


@pytest.mark.parametrize(
    "verb",
    [
        ["check"],
        ["verify"],
        ["tables"],
        ["rejects"],
        ["sql", "select 1"],
        ["examples", "platforms"],
    ],
)
def test_without_a_build_the_message_says_how_to_make_one(verb: list[str], tmp_path: Path) -> None:
    result = call(*verb, "--out", str(tmp_path))
    assert result.exit_code == 2
    assert result.stderr == f"error: {tmp_path} holds no build; make one with `newsloom run`\n"


@pytest.mark.parametrize(
    "arguments",
    [[], ["nonsense"], ["run", "--raw", "absent"], ["run", "--workers", "0"], ["sample"]],
)
def test_usage(arguments: list[str]) -> None:
    assert call(*arguments).exit_code == 2


class TestSample:
    def test_it_says_what_to_do_next(self, tmp_path: Path) -> None:
        folder = tmp_path / "raw"
        lines = printed("sample", "--articles", "3", str(folder)).splitlines()
        count = sum(path.is_file() for path in folder.rglob("*"))
        assert lines == [f"{count} files written to {folder}", f"Next: newsloom run --raw {folder}"]

    def test_json_and_seed(self, tmp_path: Path) -> None:
        arguments = ["--articles", "3", "--seed", "7", "--json"]
        told = loaded("sample", str(tmp_path / "raw"), *arguments)
        assert (told["articles"], told["seed"]) == (3, 7)

    def test_a_folder_in_use_is_left_alone(self, out: str) -> None:
        result = call("sample", "--articles", "3", out)
        assert result.exit_code == 2
        assert "not empty" in result.stderr


class TestExport:
    def test_a_dashboard_and_what_to_do_next(
        self, out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        lines = printed("export", "superset", "--out", out).splitlines()
        command = "superset import-dashboards --path superset.zip --username NAME"
        assert lines == ["superset.zip written", f"Next: {command}"]
        with zipfile.ZipFile(tmp_path / "superset.zip") as packed:
            database = packed.read("newsloom/databases/newsloom.yaml").decode()
        assert f"duckdb:///{Path(out).resolve()}/analytics.duckdb?" in database

    def test_another_file_and_another_path_of_the_database(self, out: str, tmp_path: Path) -> None:
        where = ["--output", str(tmp_path / "a.zip"), "--database", "/data/analytics.duckdb"]
        told = loaded("export", "superset", "--out", out, "--json", *where)
        assert told["database"] == "/data/analytics.duckdb"
        assert zipfile.is_zipfile(told["output"])

    def test_a_folder_that_is_not_there(self, out: str) -> None:
        result = call("export", "superset", "--out", out, "--output", "/nope/x.zip")
        assert result.exit_code == 2
        assert result.stderr == "error: /nope is not there; x.zip cannot be written\n"

    def test_another_tool_is_none(self, out: str) -> None:
        result = call("export", "abacus", "--out", out)
        assert result.exit_code == 2
        assert "'abacus' is not 'superset'" in result.stderr


class TestEndings:
    def test_interrupted(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(*arguments: object, **options: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("pipeline.sample.write_sample", interrupt)
        result = call("sample", "--articles", "3", str(tmp_path / "raw"))
        assert result.exit_code == 130
        assert result.stderr == "error: interrupted\n"
