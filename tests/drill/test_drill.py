"""The failure drill: whatever strikes a run, the former build stays, and the next run is whole.

Every fault is followed by the same proof: the published build verifies, and is the former one
byte for byte unless the run got as far as to publish; the next run gives the Parquet files and the
report of an undisturbed one, and leaves nothing behind. The figures stand at the end of the tests.
"""

from __future__ import annotations

import json
import random
import time

import pytest

from tests.drill.faults import arguments, ended, record, start, strike, undisturbed
from tests.drill.field import Field

pytestmark = pytest.mark.slow


def steps(field: Field) -> int:
    """How many steps a run has that makes everything anew."""
    trace = field.home / "trace"
    process = start(
        arguments(field.target, field.out, "--force"),
        record,
        (field.out.parent, trace),
        field.home / "told",
    )
    assert ended(process) == 0
    field.now = 1 - field.now
    told = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    assert "renameat2" in " ".join(told[-LAST_STEPS:]), "the publication lies among the last steps"
    return len(told)


def struck(field: Field, fault: str, step: int) -> int:
    """Run the target with a fault at one step, and hold what must hold after it."""

    def end() -> int:
        command = arguments(field.target, field.out, "--force")
        return ended(start(command, strike, (field.out.parent, fault, step), field.home / "told"))

    return field.disturbed(fault, end)


def spread(total: int, number: int) -> list[int]:
    """Steps in even distances over the first nine tenths of a run."""
    return [1 + place * (total - LAST_STEPS - 2) // number for place in range(number)]


LAST_STEPS = 36
"""The publication and what follows it: every single step is tried."""


def test_killed_at_each_step_of_the_publication(field: Field) -> None:
    total = steps(field)
    for step in range(total - LAST_STEPS, total + 1):
        assert struck(field, "kill -9", step) == -9


def test_killed_at_steps_before(field: Field) -> None:
    total = steps(field)
    for step in spread(total, 14):
        assert struck(field, "kill -9", step) == -9


@pytest.mark.parametrize(
    "fault", ["no space left", "input/output error", "permission denied", "out of memory"]
)
def test_refused_at_a_step(field: Field, fault: str) -> None:
    total = steps(field)
    codes = [
        struck(field, fault, step) for step in [*spread(total, 3), total - 18, total - 8, total]
    ]
    assert set(codes) <= {0, 1}
    assert 1 in codes


@pytest.mark.parametrize(("fault", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_asked_to_end_at_a_step(field: Field, fault: str, code: int) -> None:
    total = steps(field)
    for step in [*spread(total, 4), total - 19, total - 14, total - 8]:
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
