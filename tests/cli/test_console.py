"""The command line as a process: on a terminal, in a pipe, and when its output cannot go out."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small_build import ESCAPE, write_example

ROOT = Path(__file__).parent.parent.parent
QUERY = "select title, quality, is_published, published_at from articles order by article_id"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_example(tmp_path_factory.mktemp("terminal"))


def newsloom(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipeline", *arguments]


def on_terminal(*arguments: str, **environment: str) -> str:
    """What newsloom writes to a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    variables = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", **environment}
    command = subprocess.Popen(
        newsloom(*arguments), stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=variables
    )
    os.close(theirs)
    text = b"".join(_until_closed(ours)).decode()
    command.wait()
    os.close(ours)
    return text.replace("\r\n", "\n")


def _until_closed(descriptor: int) -> Iterator[bytes]:
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # how Linux says that the other end was closed
            return
        if not part:
            return
        yield part


def without_style(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


class TestPipe:
    def test_a_full_disk_is_one_line(self, out: str) -> None:
        with Path("/dev/full").open("wb") as full:
            ended = subprocess.run(
                newsloom("tables", "--out", out),
                env={name: value for name, value in os.environ.items() if "BUFFER" not in name},
                check=False,
                stdout=full,
                stderr=subprocess.PIPE,
                cwd=ROOT,
                text=True,
            )
        assert ended.returncode == 1
        assert ended.stderr.count("\n") == 1
        assert "No space left" in ended.stderr

    @pytest.mark.parametrize("form", ["csv", "table", "json"])
    def test_a_reader_that_goes_away_is_no_error(self, out: str, form: str) -> None:
        query = "select repeat('x', 1000) as x from range(100000)"
        command = newsloom("sql", query, "--out", out, "--format", form)
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
        ) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            running.stdout.read(1)
            running.stdout.close()
            assert running.stderr.read() == b""
            running.wait()
        assert running.returncode == 141

    def test_an_encoding_without_the_characters_is_no_error(self, out: str) -> None:
        environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
        ended = subprocess.run(
            newsloom("describe", "related_items", "--out", out),
            capture_output=True, cwd=ROOT, env=environment, check=True,
        )  # fmt: skip
        assert ended.stdout.isascii()


class TestTerminal:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["tables"],
            ["describe", "articles"],
            ["rejects"],
            ["sql", QUERY],
            ["sql", "from articles"],
        ],
    )
    def test_it_is_styled_and_fits_80_columns(self, out: str, arguments: list[str]) -> None:
        text = on_terminal(*arguments, "--out", out)
        assert f"{ESCAPE}[1" in text
        assert f"{ESCAPE}[31mred" not in text
        assert max(len(line) for line in without_style(text).splitlines()) <= 80

    def test_many_columns_become_records(self, out: str) -> None:
        text = without_style(on_terminal("sql", "from articles", "--out", out))
        assert re.search(r"^row 2\narticle_id +20200212-bb", text, re.MULTILINE)

    def test_no_color(self, out: str) -> None:
        coloured = re.compile(r"\x1b\[(?:\d+;)*3\d")
        assert coloured.search(on_terminal("rejects", "--out", out))
        assert not coloured.search(on_terminal("rejects", "--out", out, NO_COLOR="1"))

    def test_a_dumb_terminal_gets_plain_text(self, out: str) -> None:
        assert ESCAPE not in on_terminal("tables", "--out", out, TERM="dumb")

    def test_parquet_is_kept_from_it(self, out: str) -> None:
        assert "give --output FILE" in on_terminal(
            "sql", "select 1", "--format", "parquet", "--out", out
        )

    def test_long_headings_fold_and_wide_columns_are_cut(self, out: str) -> None:
        query = (
            "select 'a' as a_very_long_heading_of_four, 7 as another_heading_of_some_length,"
            " repeat('x', 200) as wide, '20200211-0123456789abcdef' as article_id"
        )
        lines = without_style(on_terminal("sql", query, "--out", out)).splitlines()
        assert lines[0].split() == ["a_very_long_", "another_"]
        assert max(map(len, lines)) <= 80
        assert re.match(r"a +7   x+…   20200211-\d", lines[-2])
