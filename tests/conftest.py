"""What every test may ask for."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, settings

Figures = Callable[[str, object], None]
"""Pytest's `record_property`; what is recorded as `figures` is printed after the tests."""

settings.register_profile(
    "fast", max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("fast"), max_examples=300)
settings.load_profile("fast")
"""`make test-slow` runs what hypothesis tests once more, by the thorough profile."""

pytest_plugins = ["tests.build_fixtures", "tests.drill.field"]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder that holds the real archives, named by NEWSLOOM_CORPUS."""
    named = os.environ.get("NEWSLOOM_CORPUS")
    if not named:
        pytest.skip("NEWSLOOM_CORPUS names no folder of real archives")
    folder = Path(named)
    if not folder.is_dir():
        pytest.skip(f"NEWSLOOM_CORPUS names {folder}, which is no folder")
    return folder


@pytest.fixture
def linear() -> Iterator[None]:
    """For input that takes a moment if each step is linear in it, and many minutes if one is not.

    The test fails after a minute of processor time, which no other load on the machine adds to.
    """

    def fail(number: int, frame: FrameType | None) -> None:
        pytest.fail("a step takes more than linear time")

    before = signal.signal(signal.SIGVTALRM, fail)
    signal.setitimer(signal.ITIMER_VIRTUAL, 60)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.fixture
def mounted() -> Iterator[Callable[..., None]]:
    """Mounts as `mount` would with these arguments, the last of them the place; undone at the end.

    The test is skipped where nobody may mount here.
    """
    places: list[str] = []

    def mount(*arguments: str) -> None:
        try:
            command = ["mount", *arguments]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        except FileNotFoundError:
            pytest.skip("there is no mount command here")
        if done.returncode:
            pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
        places.append(arguments[-1])

    yield mount
    for place in reversed(places):
        subprocess.run(["umount", "--lazy", place], check=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have measured, wherever they ran."""
    reports = [
        each for key in ("passed", "failed", "") for each in terminalreporter.getreports(key)
    ]
    properties = [pair for each in reports for pair in getattr(each, "user_properties", ())]
    told = {str(value) for key, value in properties if key == "figures"}
    if told:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(sorted(told)))
