"""The bars of a run: one for each stage, the former ones complete."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.progress import Progress

from pipeline.cli.console import STAGES, _follow, progress


def test_a_new_stage_completes_the_ones_before() -> None:
    display = Progress(console=Console(file=io.StringIO()))
    move = _follow(display)
    move("read", 0, 100)
    move("read", 40, 100)
    move("marts", 1, 3)
    assert [(task.description, task.completed, task.total) for task in display.tasks] == [
        (STAGES["read"], 100, 100),
        (STAGES["marts"], 1, 3),
    ]


def test_only_a_terminal_has_bars(capsys: pytest.CaptureFixture[str]) -> None:
    for silent in (True, False):
        with progress(silent=silent) as move:
            assert move is None
    assert capsys.readouterr().err == ""
