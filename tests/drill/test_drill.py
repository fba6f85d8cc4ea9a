"""The failure drill: whatever strikes a run, the former build stays, and the next run is whole.

Every fault is followed by the same proof: the published build verifies, and is the former one
byte for byte unless the run got as far as to publish; the next run gives the Parquet files and the
report of an undisturbed one, and leaves nothing behind. The figures stand at the end of the tests.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence

import pytest

from tests.drill.faults import arguments, ended, record, start, strike, undisturbed
from tests.drill.field import Field

pytestmark = pytest.mark.slow


class Steps:
    """The steps of a run that makes everything anew, numbered from 1."""

    def __init__(self, told: list[str]) -> None:
        self.total = len(told)
        (place,) = [place for place, each in enumerate(told) if "renameat2" in each]
        self.publication = place + 1
        self._deletes = [each.startswith("os.remove ") for each in told]
        self._reads_raw = [" /" not in each for each in told]

    def before(self, number: int) -> list[int]:
        """Steps in even distances, from the first one to the publication."""
        return _spread(range(1, self.publication), number)

    def outside_raw(self, number: int) -> list[int]:
        """The same of steps that open no raw file: one that cannot be read is a reject."""
        steps = range(1, self.publication)
        return _spread([step for step in steps if not self._reads_raw[step - 1]], number)

    def from_publication(self) -> list[int]:
        """Every step from shortly before the publication; of files deleted in a row, the ends."""
        steps = range(self.publication - 3, self.total + 1)
        return [step for step in steps if not all(self._deletes[step - 2 : step + 1])]


def _spread(steps: Sequence[int], number: int) -> list[int]:
    return [steps[place * len(steps) // number] for place in range(number)]


def steps(field: Field) -> Steps:
    """The steps of a forced run of the target."""
    trace = field.home / "trace"
    process = start(
        arguments(field.target, field.out, "--force"),
        record,
        (field.out.parent, trace),
        field.home / "told",
    )
    assert ended(process) == 0
    field.now = 1 - field.now
    return Steps([json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()])


def struck(field: Field, fault: str, step: int) -> int:
    """Run the target with a fault at one step, and hold what must hold after it."""

    def end() -> int:
        command = arguments(field.target, field.out, "--force")
        return ended(start(command, strike, (field.out.parent, fault, step), field.home / "told"))

    return field.disturbed(fault, end)


def test_killed_at_each_step_of_the_publication(field: Field) -> None:
    for step in steps(field).from_publication():
        assert struck(field, "kill -9", step) == -9


def test_killed_at_steps_before(field: Field) -> None:
    for step in steps(field).before(14):
        assert struck(field, "kill -9", step) == -9


@pytest.mark.parametrize(
    "fault", ["no space left", "input/output error", "permission denied", "out of memory"]
)
def test_refused_at_a_step(field: Field, fault: str) -> None:
    run = steps(field)
    end = [run.publication, run.publication + 10, run.total]
    codes = [struck(field, fault, step) for step in [*run.outside_raw(6), *end]]
    assert set(codes) <= {0, 1}
    assert codes[-3:] == [1, 0, 0]


@pytest.mark.parametrize(("fault", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_asked_to_end_at_a_step(field: Field, fault: str, code: int) -> None:
    run = steps(field)
    end = [run.publication, run.publication + 4, run.total - 1]
    for step in [*run.before(4), *end]:
        assert struck(field, fault, step) == code


def test_killed_at_random_moments(field: Field) -> None:
    dice, command = random.Random(4), arguments(field.target, field.out, "--force")
    began = time.monotonic()
    assert ended(start(command, undisturbed, (), field.home / "told")) == 0
    field.now = 1 - field.now
    seconds = time.monotonic() - began

    def end() -> int:
        command = arguments(field.target, field.out, "--force")
        process = start(command, undisturbed, (), field.home / "told")
        time.sleep(dice.uniform(0, seconds))
        process.kill()
        return ended(process)

    for _ in range(14):
        assert field.disturbed("kill -9 at random", end) in (0, -9)
