"""Parts of the views: commands to type next, excerpts of long lines, one value in two forms."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli import views
from pipeline.core.text import counted
from pipeline.engines.checks import rules


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    path: Path


@pytest.mark.parametrize(
    "argument",
    [
        "plain",
        "two words",
        "it's",
        'say "x y"',
        "a $HOME",
        "a `id` b",
        "a \\\\ b",
        "a\n b",
        "a;b",
        "",
    ],
)
def test_a_shell_reads_a_command_back_and_expands_nothing(argument: str) -> None:
    command = views.command("sql", Path("my out"), argument)
    script = f"printf '%s\\0' {command}"
    read = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert read.split("\0")[-5:-1] == ["sql", argument, "--out", "my out"]


def test_a_command_names_the_folder_only_where_it_is_another() -> None:
    assert "--out" not in views.command("tables", views.DEFAULT_OUT)


@pytest.mark.parametrize("column", [1, 30, 61, 62, 100, 300])
def test_the_caret_of_an_excerpt_stays_under_its_character(column: int) -> None:
    source = "".join(chr(0x4E00 + index) for index in range(300))
    text, index = views._excerpt(source, column)
    assert text[index] == source[column - 1]
    assert text.startswith("…") is (column > views.AROUND + 1)
    assert text.endswith("…") is (column + views.AROUND <= len(source))


def test_the_caret_allows_for_what_is_shown_longer() -> None:
    text, index = views._excerpt("\x1b[2J: x", 5)
    assert (text, text[index]) == ("\\x1b[2J: x", ":")


def test_a_value_is_shown_as_json_or_by_its_view(capsys: pytest.CaptureFixture[str]) -> None:
    facts = [Fact("a", Path("b/c"))]
    views.output(facts, True, views.show_findings, {}, Path())  # type: ignore[arg-type]
    assert json.loads(capsys.readouterr().out) == [{"name": "a", "path": "b/c"}]
    views.output([], False, views.show_findings, rules(), Path())
    count = len(rules())
    found = f"{count} of {count} checks found nothing to complain of.\n"
    assert capsys.readouterr().out == found


def test_a_size_is_in_the_unit_that_shows_it() -> None:
    assert [views._size(n) for n in (0, 1_234, 99_949, 100_000)] == [
        "0.0 kB",
        "1.2 kB",
        "99.9 kB",
        "0.1 MB",
    ]


def test_counts_have_their_noun() -> None:
    assert [counted(n, "row") for n in (0, 1, 1200)] == ["0 rows", "1 row", "1,200 rows"]
