"""The problems of a build, by code and one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

import pipeline
from pipeline.core.errors import UsageError, codes
from pipeline.read.problems import problem_groups, problems_of
from tests.small_build import write_build

REJECT = {"problem_number": 1, "severity": "error", "message": "m"}


def test_groups_are_ordered_and_name_their_first_problem(tmp_path: Path) -> None:
    found = ["invalid_integer", "not_utf8", "invalid_yaml", "invalid_yaml"]
    rows = [
        {**REJECT, "source_path": f"{3 - index}.md", "code": code, "line": index,
         "severity": codes()[code].severity}
        for index, code in enumerate(found)
    ]  # fmt: skip
    with pipeline.open(write_build(tmp_path, {"rejects": rows})) as build:
        groups = problem_groups(build)
        assert [group["code"] for group in groups] == [found[2], found[1], found[0]]
        assert (groups[0]["first_path"], groups[0]["first_line"]) == ("0.md", 3)
        assert groups[0]["paths"] == ["0.md", "1.md"]
        assert (groups[0]["cause"], groups[0]["cure"]) == (
            codes()["invalid_yaml"].cause, codes()["invalid_yaml"].cure,
        )  # fmt: skip
        rows = problems_of(build, "invalid_yaml")
        assert [row["source_path"] for row in rows] == ["0.md", "1.md"]


def test_a_code_of_another_newsloom_has_no_cure_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    rows = [{**REJECT, "source_path": "a.md", "code": "of_tomorrow"}]
    with pipeline.open(write_build(tmp_path, {"rejects": rows})) as build:
        (group,) = problem_groups(build)
        assert (group["code"], group["cure"]) == ("of_tomorrow", None)
        with pytest.raises(UsageError, match="there are unreadable_file"):
            problems_of(build, "' or true --")
