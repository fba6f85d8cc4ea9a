"""The interactive shell answers queries and commands, and survives what is wrong."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count, takewhile
from pathlib import Path

import pytest

import pipeline
from pipeline.cli import shell
from tests.small_build import write_example

ROOT = Path(__file__).parent.parent.parent

Session = Callable[..., str]


@pytest.fixture
def session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Session:
    """Types lines into a shell; gives what it printed."""

    def typing(*lines: str | type[BaseException]) -> str:
        left = iter(lines)

        def read(_prompt: str) -> str:
            line = next(left, EOFError)
            if isinstance(line, str):
                return line
            raise line

        monkeypatch.setattr("builtins.input", read)
        with pipeline.open(write_example(tmp_path / "out")) as build:
            shell.run_shell(build)
        printed = capsys.readouterr()
        return printed.out + printed.err

    return typing


def test_a_query_ends_with_its_semicolon(session: Session) -> None:
    printed = session("select 6 * 7", "  as answer;")
    assert "answer" in printed
    assert "42" in printed


def test_commands_tell_what_is_there(session: Session) -> None:
    printed = session(".tables", ".describe topics", ".describe topics.topic", ".what")
    assert re.search(r"^topics +table +150 ", printed, re.MULTILINE)
    assert "Key    topic" in printed
    assert "topics.topic\n" in printed
    assert printed.count(shell.HELP) == 2


def test_what_is_wrong_ends_nothing(session: Session) -> None:
    late = "select case when range = 9 then error('late') end from range(10);"
    printed = session(
        "selec;", ".describe topik", "drop table topics;", late, "select 'still' as x;"
    )
    for told in ("syntax error", "did you mean topics", "only SELECT", "late", "still"):
        assert told in printed


def test_an_interrupt_forgets_what_was_begun(session: Session) -> None:
    assert "(1 row)" in session("select nonsense", KeyboardInterrupt, "select 1;")


def test_what_follows_the_end_is_not_run(session: Session) -> None:
    assert "(1 row)" not in session(".quit", "select 1;")


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("provider_su", ["provider_summary"]),
        ("topic_pairs.li", ["topic_pairs.lift"]),
        (".de", [".describe"]),
        ("expected_sh", ["expected_shared_story_count"]),
        ("no_such", []),
    ],
)
def test_names_are_completed(typed: str, names: list[str]) -> None:
    offered = (shell.complete(typed, index) for index in count())
    assert list(takewhile(bool, offered)) == names


def test_it_opens_on_a_terminal(tmp_path: Path) -> None:
    out = write_example(tmp_path / "out")
    master, slave = pty.openpty()
    history = tmp_path / "history"
    program = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "sql", "--out", out],
        cwd=ROOT,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "NEWSLOOM_HISTORY": str(history), "TERM": "dumb"},
    )
    os.close(slave)
    os.write(master, b"select 6 * 7 as answer;\n.quit\n")
    printed = b""
    with suppress(OSError):  # what a terminal says once nobody is at it
        while part := os.read(master, 4096):
            printed += part
    os.close(master)
    assert program.wait(timeout=60) == 0
    assert b"42" in printed
    assert "select 6 * 7" in history.read_text(encoding="utf-8")
