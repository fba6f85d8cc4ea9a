"""The README tells the truth: its commands are run, and print what it shows."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pandas
import pytest

from pipeline.build.run import build

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = [
    tuple(block.split("\n", 1))
    for block in re.findall(r"```console\n\$ (.*?)\n```", README, re.DOTALL)
]
ROW_COUNTS = re.compile(r"^Tables +Rows +Marts +Rows\n.*?\n\n", re.DOTALL | re.MULTILINE)
PROGRAM = ".venv/bin/newsloom"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the committed archive, as a fresh clone has it."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "data" / "raw", folder / "data" / "raw")
    return folder


def masked(text: str) -> str:
    """The text without what differs from run to run and from one way of calling to another."""
    text = re.sub(r"run \d{8}T\d{6}Z-[0-9a-f]{8}", "run ID", text)
    text = re.sub(r"read in [\d.,]+ s", "read in TIME", text)
    text = ROW_COUNTS.sub("ROW COUNTS\n", text)
    text = re.sub(rf"{re.escape(PROGRAM)}|python -m pipeline|\S*bin/newsloom", "newsloom", text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def row_counts(text: str) -> set[tuple[str, str]]:
    """Each table and mart with its rows; the README need not show a mart that has been added."""
    return {
        pair for block in ROW_COUNTS.findall(text) for pair in re.findall(r"(\w+) +([\d,]+)", block)
    }


@pytest.mark.slow
def test_the_record_of_the_readme_is_an_article(tmp_path: Path) -> None:
    (record,) = re.findall(r"```markdown\n(.*?)```", README, re.DOTALL)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.md").write_text(record, encoding="utf-8")
    summary = build(tmp_path / "raw", tmp_path / "out", workers=1)
    assert (summary.loaded, summary.problems) == (1, {})
    assert summary.rows["related_items"] == 1


def test_all_of_it_is_shown() -> None:
    assert [command.split()[0] for command, _ in SHOWN] == ["make", *[PROGRAM] * 3]


@pytest.mark.slow
def test_commands_print_what_is_shown(home: Path) -> None:
    for command, output in SHOWN:
        words = [PROGRAM, "run"] if command == "make" else shlex.split(command)
        finished = subprocess.run(
            [sys.executable, "-m", "pipeline", *words[1:]],
            cwd=home,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert masked(finished.stdout) == masked(output), command
        assert row_counts(output) <= row_counts(finished.stdout)
        assert bool(row_counts(output)) == (command == "make")


@pytest.mark.slow
def test_the_python_of_the_readme_runs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    if not (home / "data" / "processed").exists():
        test_commands_print_what_is_shown(home)
    monkeypatch.chdir(home)
    names: dict[str, object] = {}
    exec(code, names)
    assert names["out"].rows["articles"] == 139  # type: ignore[attr-defined]


@pytest.mark.slow
def test_the_pandas_line_gives_a_time_axis(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = re.findall(r"\| pandas \| `(.*?)`", README)
    if not (home / "data" / "processed").exists():
        test_commands_print_what_is_shown(home)
    monkeypatch.chdir(home)
    frame = eval(line, {"pandas": pandas})
    by_year = frame.set_index("month").resample("YS")["article_count"].sum()
    assert by_year.sum() == frame["article_count"].sum() > 0


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_command_is_listed() -> None:
    from pipeline.cli.verbs import main

    for name in main.commands:
        assert re.search(rf"^\| .*`{name}\b", README, re.MULTILINE), name
