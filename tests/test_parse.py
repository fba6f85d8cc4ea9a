"""`parse` is pure: a file alone decides its rows, wherever and with whatever others it is."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.core.arrow_schema import parsed_schema
from pipeline.core.catalog import relations
from pipeline.core.errors import Problem
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.raw_content import RawContent
from pipeline.parse import parse
from tests.odd_archive import write_odd_archive

ROOT = Path(__file__).parent.parent
ARTICLE = (
    "---\ncategory: news\ntitle: A kelp forest\npublishedDateTime: 2020-02-11T18:11:00Z\n"
    "webUrl: https://kelp.example/{0}\nprovider:\n  domain: kelp.example\ntopics:\n- kelp\n"
    "related:\n- title: Moss\n  webUrl: https://moss.example/1\n  quality: high\n---\n"
)


def content(source_path: str, text: str) -> RawContent:
    return RawContent(source_path, len(text.encode()), text.encode())


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> list[RawContent]:
    """Odd records, some that columns settle, a page, skips, broken files, one that is not read."""
    folder = tmp_path_factory.mktemp("parse")
    write_odd_archive(folder, 60, seed=5)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    odd = [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths]
    refused = RawContent("locked.md", 9, None, Problem("unreadable_file", "Permission denied"))
    return [
        *(RawContent(name, len(data), data) for name, data in odd),
        *(content(f"plain/{number}.md", ARTICLE.format(number)) for number in range(20)),
        content("page.txt", "News\nA headline\nRALEIGH, N.C. — It rained.\n"),
        content("README.md", "# Notes\n"),
        content("broken.md", "---\ntitle: a: b\n---\n"),
        refused,
    ]


def as_sets(tables: dict[str, pa.Table]) -> dict[str, list[str]]:
    return {name: sorted(map(repr, table.to_pylist())) for name, table in tables.items()}


def test_the_same_files_give_the_same_tables(contents: list[RawContent]) -> None:
    once, again = (parse(contents, DEFAULT_LIMITS) for _ in range(2))
    assert once.keys() == {name for name, each in relations().items() if each.is_parsed}
    assert once == again
    assert all(table.num_rows for table in once.values())


def test_other_files_do_not_show_in_the_rows_of_a_file(contents: list[RawContent]) -> None:
    contents = contents[::5]
    whole = as_sets(parse(contents, DEFAULT_LIMITS))
    assert as_sets(parse(contents[::-1], DEFAULT_LIMITS)) == whole
    alone = [as_sets(parse([each], DEFAULT_LIMITS)) for each in contents]
    assert {name: sorted(row for each in alone for row in each[name]) for name in whole} == whole


def test_every_file_is_one_row_and_every_problem_has_its_file(contents: list[RawContent]) -> None:
    tables = parse(contents, DEFAULT_LIMITS)
    files = {row["source_path"]: row for row in tables["files"].to_pylist()}
    assert list(files) == [each.source_path for each in contents]
    assert (files["locked.md"]["reason"], files["locked.md"]["bytes"]) == ("unreadable_file", 9)
    assert files["locked.md"]["sha256"] is None
    assert files["broken.md"]["status"] == "rejected"
    assert files["README.md"]["status"] == "skipped"
    assert set(tables["rejects"]["source_path"].to_pylist()) <= files.keys()


def test_no_file_gives_tables_without_rows() -> None:
    for name, table in parse([], DEFAULT_LIMITS).items():
        assert table.num_rows == 0
        assert table.column_names == parsed_schema(relations()[name]).names


def test_limits_are_those_given(contents: list[RawContent]) -> None:
    tables = parse(contents, Limits(max_related=1, max_title_length=5))
    codes = set(tables["rejects"]["code"].to_pylist())
    assert {"too_many_related", "text_too_long"} <= codes
    assert "too_many_related" not in parse(contents, DEFAULT_LIMITS)["rejects"]["code"].to_pylist()


def test_function_input_and_output_can_be_sent_to_another_machine(
    contents: list[RawContent],
) -> None:
    function, sent, limits = pickle.loads(pickle.dumps((parse, contents, DEFAULT_LIMITS)))
    tables = pickle.loads(pickle.dumps(function(sent, limits)))
    assert tables == parse(contents, DEFAULT_LIMITS)


@pytest.mark.skipif(os.name != "posix", reason="a folder in use cannot be deleted here")
def test_it_needs_no_disk_no_pandas_and_no_duckdb(
    contents: list[RawContent], tmp_path: Path
) -> None:
    """As an executor of a cluster runs it: in a folder that is gone, without what it lacks."""
    (tmp_path / "given").write_bytes(pickle.dumps((contents, DEFAULT_LIMITS)))
    script = f"""
import os, pickle, sys
given = pickle.loads(open({str(tmp_path / "given")!r}, "rb").read())
os.mkdir("gone"); os.chdir("gone"); os.rmdir(os.getcwd())
from pipeline.parse import parse
parse(*given)
opened = []
sys.addaudithook(lambda event, given: event == "open" and opened.append(given[0]))
tables = parse(*given)
assert not opened, opened
assert not {{"pandas", "duckdb"}} & set(sys.modules)
sys.stdout.buffer.write(pickle.dumps(tables))
"""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    assert pickle.loads(ended.stdout) == parse(contents, DEFAULT_LIMITS)
